import type { Field } from './fields.ts';
import { advised, filled, flag, integer, list, object, text, uint, word } from './shape.ts';
import { TEXT, oneOf, orEmpty } from './text-kinds.ts';
import { present, required, unique } from './together.ts';

const LAST_PORT = 65_535n;

const port = filled(
  'a port',
  object(
    {
      name: word(TEXT.acName),
      protocol: advised(text(), oneOf('tcp', 'udp')),
      port: integer(1n, LAST_PORT),
      count: uint,
      socketActivated: flag,
    },
    present('name', 'an AC name', 'appc-spec'),
    required('protocol', 'tcp or udp', 'appc-spec'),
    required('port', 'an integer from 1 to 65535'),
    (fields, path, context) => {
      const { get } = fields;
      const first = integerOf(get('port'), context.text) ?? 0n;
      const count = integerOf(get('count'), context.text) ?? 0n;
      if (first + count <= LAST_PORT + 1n || first > LAST_PORT) return;
      const message = `${path} must end at port 65535 or before; ${count.toString()} ports from ${first.toString()} do not.`;
      context.report('appc-schema', get('count')?.value ?? fields.node, message);
    },
  ),
);

/** `ports` of an app (aci.md, "ports"). */
export const appPorts = list(port, unique('name', 'the names of ports', 'appc-spec'));

/** `ports` of a pod (pods.md, "ports"), which lead from the host to those of its apps. */
export const podPorts = list(
  object(
    {
      name: word(TEXT.acName),
      hostPort: uint,
      hostIP: text(orEmpty(TEXT.ipAddress)),
      podPort: port,
    },
    present('name', 'the name of a port of an app', 'appc-spec'),
    required('hostPort', 'an integer from 1 to 65535', 'appc-spec'),
    ({ get }, path, context) => {
      const hostPort = get('hostPort');
      const number = integerOf(hostPort, context.text);
      if (hostPort === undefined || number === undefined || (number >= 1n && number <= LAST_PORT)) return;
      const message = `${path}.hostPort should be an integer from 1 to 65535; it is ${number.toString()}.`;
      context.report('appc-spec', hostPort.value, message);
    },
  ),
  unique('name', 'the names of ports', 'appc-spec'),
);

/** An integer as it is written; undefined when there is none. */
function integerOf(field: Field | undefined, text: string): bigint | undefined {
  if (field === undefined) return undefined;
  const { offset, length } = field.value;
  const written = text.slice(offset, offset + length);
  return /^\d{1,20}$/.test(written) ? BigInt(written) : undefined;
}
