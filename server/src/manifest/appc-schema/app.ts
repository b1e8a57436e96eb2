import type { Node } from 'jsonc-parser';
import { quote } from '../../domain/quote.ts';
import { isUnresolved } from '../templates.ts';
import { textOf } from './fields.ts';
import { appIsolators } from './isolators.ts';
import { appPorts } from './ports.ts';
import { advised, dictionary, filled, flag, int, list, object, text, word } from './shape.ts';
import type { Check } from './shape.ts';
import { TEXT, oneOf, orEmpty } from './text-kinds.ts';
import { present, required, unique } from './together.ts';

/** The executable must be there and be an absolute path; appc's tools leave that to whoever runs the app. */
const executable: Check<readonly Node[]> = (items, path, context) => {
  const [first] = items;
  if (first === undefined) return;
  const written = textOf(first);
  if (first.type !== 'string' || isUnresolved(written) || TEXT.absolutePath.fits(written)) return;
  const message = `${path}[0] should be the absolute path of an executable; it is ${quote(written)}.`;
  context.report('appc-spec', first, message);
};

const exec = list(text(), executable);

const eventHandler = filled(
  'the name and the command of an event',
  object(
    {
      name: text(orEmpty(oneOf('pre-start', 'post-stop'))),
      exec,
    },
    required('name', 'pre-start or post-stop'),
  ),
);

const variable = filled(
  'the name and the value of a variable',
  object(
    { name: text(orEmpty(TEXT.environmentName)), value: text() },
    required('name', TEXT.environmentName.allowed),
    present('value', 'any text', 'appc-spec'),
  ),
);

const mountPoint = object(
  { name: word(TEXT.acName), path: advised(text(), TEXT.absolutePath), readOnly: flag },
  present('name', 'an AC name', 'appc-spec'),
  required('path', 'where in the root file system the volume goes', 'appc-spec'),
);

/** The `app` of an image, or of a pod instead of the image's (aci.md, "app"). */
export const app = object(
  {
    exec,
    eventHandlers: list(eventHandler, unique('name', 'the names of event handlers')),
    user: text(),
    group: text(),
    supplementaryGIDs: list(int),
    workingDirectory: text(orEmpty(TEXT.absolutePath)),
    environment: list(variable, unique('name', 'the names of environment variables')),
    mountPoints: list(mountPoint, unique('name', 'the names of mount points', 'appc-spec')),
    ports: appPorts,
    isolators: appIsolators,
    userAnnotations: dictionary(text()),
    userLabels: dictionary(text()),
  },
  required('user', 'the user that the app runs as'),
  required('group', 'the group that the app runs as'),
  required('exec', 'the executable and its arguments', 'appc-spec'),
);
