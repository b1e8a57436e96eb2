import { TEXT } from '../../../manifest/appc-schema/text-kinds.ts';
import type { KubernetesContainer, KubernetesPod } from '../../../manifest/pod-spec/kubernetes-pod.ts';
import { quote } from '../../quote.ts';
import { absolutePath } from '../absolute-path.ts';
import { dockerExec } from '../docker-image.ts';
import type { ResolvedImage } from '../image-list.ts';
import type { App, Isolator, RuntimeApp, Volume } from '../pod-manifest.ts';
import { execOf } from './command.ts';
import { mapEnvironment } from './environment.ts';
import type { MappingLog } from './mapping-log.ts';
import { mapMounts } from './mounts.ts';
import { mapPorts } from './ports.ts';
import type { MappedPorts } from './ports.ts';
import { resourceIsolators } from './resources.ts';
import { securityIsolators, userOf } from './security.ts';

/** What the apps of one pod share. */
export interface PodContext {
  readonly pod: KubernetesPod;
  readonly volumes: ReadonlyMap<string, Volume | undefined>;
  readonly portNames: Set<string>;
  readonly log: MappingLog;
}

/** Maps a container to an app, over what its image says. */
export function mapContainer(
  container: KubernetesContainer,
  { imageId, manifest }: ResolvedImage,
  { pod, volumes, portNames, log }: PodContext,
): { readonly app: RuntimeApp; readonly exposed: MappedPorts['exposed'] } {
  const { name, path, span, security, workingDir } = container;
  const image: Partial<App> = manifest.app ?? {};
  if (!TEXT.acName.fits(name))
    log.refuse(span, `${path}.name must be ${TEXT.acName.allowed}; it is ${quote(name)}.`);
  const { environment, expand } = mapEnvironment(container, image.environment ?? [], log);
  const exec = execOf(container.command.map(expand), container.args.map(expand), dockerExec(manifest));
  if (exec.length === 0) log.refuse(span, `${path} and its image do not say what to execute; add "command".`);
  const contexts = { container: security, pod: pod.security };
  const user = userOf(contexts, { user: image.user ?? '0', group: image.group ?? '0' }, log);
  const { mounts, mountPoints } = mapMounts(container, image.mountPoints ?? [], volumes, log);
  const { ports, exposed } = mapPorts(container, image.ports ?? [], portNames, log);
  const isolators = overIsolators(image.isolators ?? [], [
    ...resourceIsolators(container, log),
    ...securityIsolators(contexts, log),
  ]);
  log.listUnread(container.unread);
  const directory = workingDir?.value ? absolutePath(workingDir.value) : image.workingDirectory;
  const app: App = {
    ...image,
    exec,
    ...user,
    ...(directory !== undefined && { workingDirectory: directory }),
    ...(environment.length > 0 && { environment }),
    ...(mountPoints.length > 0 && { mountPoints }),
    ...(ports.length > 0 && { ports }),
    ...(isolators.length > 0 && { isolators }),
  };
  const readOnlyRootFS = security.readOnlyRootFilesystem?.value === true;
  const runtime: RuntimeApp = {
    name,
    image: { name: manifest.name, id: imageId, labels: manifest.labels },
    app,
    ...(readOnlyRootFS && { readOnlyRootFS }),
    ...(mounts.length > 0 && { mounts }),
  };
  return { app: runtime, exposed };
}

/** The image's isolators, where the pod has none of the name; the sets of capabilities stand for one another. */
function overIsolators(ofImage: readonly Isolator[], own: readonly Isolator[]): readonly Isolator[] {
  const kind = ({ name }: Isolator): string => name.replace(/(?<=capabilities-)(?:retain|remove)-set$/, '');
  const kinds = new Set(own.map(kind));
  return [...ofImage.filter((isolator) => !kinds.has(kind(isolator))), ...own];
}
