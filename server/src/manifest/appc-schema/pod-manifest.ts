import { quote } from '../../domain/quote.ts';
import { app } from './app.ts';
import { textOf } from './fields.ts';
import type { Fields } from './fields.ts';
import { podIsolators } from './isolators.ts';
import { annotations, labels } from './labels.ts';
import { podPorts } from './ports.ts';
import type { Context } from './problem.ts';
import { advised, dictionary, flag, list, object, text, word } from './shape.ts';
import { MANIFEST_KIND, TEXT } from './text-kinds.ts';
import { fieldsOf, itemFields, oneWithoutName, present, required, unique } from './together.ts';
import { volume } from './volume.ts';

const image = object(
  {
    name: text(TEXT.acIdentifier),
    id: advised(word(TEXT.imageId), TEXT.wholeImageId),
    labels,
  },
  (fields, path, context) => {
    if (fields.get('name') !== undefined || fields.all.some(({ name }) => name === 'id')) return;
    context.report('appc-spec', fields.node, `${path} should have "id" or "name": which image the app runs.`);
  },
);

const mount = object(
  { volume: word(TEXT.acName), path: advised(text(), TEXT.absolutePath), appVolume: volume },
  present('volume', 'the name of a volume of the pod', 'appc-spec'),
  required('path', 'where in the root file system of the app the volume goes', 'appc-spec'),
);

const runtimeApp = object(
  {
    name: word(TEXT.acName),
    image,
    app,
    readOnlyRootFS: flag,
    mounts: list(mount, unique('path', 'the paths of mounts', 'appc-spec')),
    annotations,
  },
  present('name', 'an AC name', 'appc-spec'),
  required('image', 'which image the app runs', 'appc-spec'),
);

/** The manifest of a pod (pods.md, "Pod Manifest Schema"). */
export const podManifest = object(
  {
    acVersion: word(TEXT.version),
    acKind: word(MANIFEST_KIND),
    apps: list(runtimeApp, unique('name', 'the names of apps'), oneWithoutName),
    volumes: list(volume, unique('name', 'the names of volumes')),
    isolators: podIsolators,
    annotations,
    ports: podPorts,
    userAnnotations: dictionary(text()),
    userLabels: dictionary(text()),
  },
  present('acVersion', TEXT.version.allowed, 'appc-spec'),
  required('apps', 'the apps of the pod', 'appc-spec'),
  mountedVolumes,
);

/** Every mount without a volume of its own names one of the pod. */
function mountedVolumes({ get }: Fields, _path: string, context: Context): void {
  const volumes = new Set(
    itemFields(get('volumes')?.value.children ?? [], 'name').map(({ field }) => textOf(field?.value)),
  );
  for (const [index, { field }] of itemFields(get('apps')?.value.children ?? [], 'mounts').entries()) {
    for (const [at, item] of (field?.value.children ?? []).entries()) {
      const fields = fieldsOf(item, ['volume', 'appVolume']);
      const name = fields.text('volume');
      const named = fields.get('volume');
      if (named === undefined || !TEXT.acName.fits(name)) continue;
      if (volumes.has(name) || fields.get('appVolume') !== undefined) continue;
      const known = [...volumes].filter((known) => known !== '').map(quote);
      const others = known.length === 0 ? 'none' : known.join(', ');
      const message = `apps[${index}].mounts[${at}].volume should be the name of a volume of the pod, which has ${others}; it is ${quote(name)}.`;
      context.report('appc-spec', named.value, message);
    }
  }
}
