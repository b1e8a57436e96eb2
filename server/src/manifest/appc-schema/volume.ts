import { quote } from '../../domain/quote.ts';
import { isUnresolved } from '../templates.ts';
import type { Fields } from './fields.ts';
import type { Context } from './problem.ts';
import { advised, filled, flag, int, object, text, word } from './shape.ts';
import type { Shape } from './shape.ts';
import { TEXT } from './text-kinds.ts';
import { present, required } from './together.ts';

/** A volume of a pod, or of one mount (pods.md, "volumes"). */
export const volume: Shape = filled(
  'a volume',
  object(
    {
      name: word(TEXT.acName),
      kind: text(),
      source: text(),
      readOnly: flag,
      recursive: flag,
      mode: advised(text(), TEXT.fileMode),
      uid: int,
      gid: int,
    },
    present('name', 'an AC name'),
    required('kind', '"host" or "empty"'),
    ofItsKind,
  ),
);

/** What only a volume of the other kind has. */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  host: ['mode', 'uid', 'gid'],
  empty: ['source'],
};

function ofItsKind(fields: Fields, path: string, context: Context): void {
  const kind = fields.get('kind');
  const written = fields.text('kind');
  if (kind === undefined || written === '' || isUnresolved(written)) return;
  const foreign = Object.hasOwn(FOREIGN, written) ? FOREIGN[written] : undefined;
  if (foreign === undefined) {
    context.report(
      'appc-schema',
      kind.value,
      `${path}.kind must be "host" or "empty"; it is ${quote(written)}.`,
    );
    return;
  }
  for (const name of foreign) {
    const field = fields.get(name);
    if (field !== undefined && field.value.value !== '')
      context.report(
        'appc-schema',
        field.key,
        `${path} must not have ${quote(name)}: its kind is ${quote(written)}.`,
      );
  }
  if (written === 'host') hostSource(fields, path, context);
}

function hostSource(fields: Fields, path: string, context: Context): void {
  const source = fields.get('source');
  const written = fields.text('source');
  if (source?.value.type === 'string' && (isUnresolved(written) || TEXT.absolutePath.fits(written))) return;
  const message = `${path} must have ${quote('source')}: an absolute path on the host.`;
  context.report('appc-schema', source?.value ?? fields.node, message);
}
