import type { Node } from 'jsonc-parser';
import { APPC_PLATFORMS } from '../../domain/appc-platform.ts';
import { quote } from '../../domain/quote.ts';
import { isUnresolved } from '../templates.ts';
import { textOf } from './fields.ts';
import type { Context } from './problem.ts';
import { list, object, text, word } from './shape.ts';
import type { TextKind } from './shape.ts';
import { TEXT } from './text-kinds.ts';
import { fieldsOf, oneWithoutName, present, unique } from './together.ts';

const IDENTIFIER = 'an AC identifier';

const namedValue = object(
  { name: word(TEXT.acIdentifier), value: text() },
  present('name', IDENTIFIER, 'appc-spec'),
  present('value', 'any text', 'appc-spec'),
);

/** `labels` of an image and of a dependency (aci.md, "Image Manifest Schema"). */
export const labels = list(
  namedValue,
  unique('name', 'the names of labels'),
  oneWithoutName,
  labelNames,
  platformLabels,
);

/** What some annotations must hold (aci.md, "annotations"). */
const ANNOTATION_KINDS: Readonly<Record<string, TextKind>> = {
  created: TEXT.date,
  homepage: TEXT.httpUrl,
  documentation: TEXT.httpUrl,
};

/** `annotations` of an image, an app and a pod. */
export const annotations = list(
  namedValue,
  unique('name', 'the names of annotations'),
  oneWithoutName,
  (items, path, context) => {
    for (const [name, { item, value, index }] of byName(items)) {
      const kind = Object.hasOwn(ANNOTATION_KINDS, name) ? ANNOTATION_KINDS[name] : undefined;
      const written = textOf(value);
      if (kind === undefined || isUnresolved(written) || kind.fits(written)) continue;
      const message = `${path}[${index}].value must be ${kind.allowed}, as the annotation is ${quote(name)}; it is ${quote(written)}.`;
      context.report('appc-schema', value ?? item, message);
    }
  },
);

interface NamedItem {
  readonly item: Node;
  readonly name: Node;
  readonly value: Node | undefined;
  readonly index: number;
}

/** The items of a list of names and values; of items with one name the last. */
function byName(items: readonly Node[]): ReadonlyMap<string, NamedItem> {
  const found = new Map<string, NamedItem>();
  for (const [index, item] of items.entries()) {
    const { get } = fieldsOf(item, ['name', 'value']);
    const name = get('name')?.value;
    if (name !== undefined) found.set(textOf(name), { item, name, value: get('value')?.value, index });
  }
  return found;
}

function labelNames(items: readonly Node[], path: string, context: Context): void {
  const forbidden = byName(items).get('name');
  if (forbidden === undefined) return;
  const message = `${path}[${forbidden.index}].name must not be "name", which is the image's own.`;
  context.report('appc-schema', forbidden.name, message);
}

/** `os` must be one that appc knows, and `arch` one that it knows for that os; without an os any arch passes. */
function platformLabels(items: readonly Node[], path: string, context: Context): void {
  const named = byName(items);
  const refuse = ({ item, value, index }: NamedItem, allowed: readonly string[], where: string): void => {
    const message = `${path}[${index}].value must be one of ${allowed.join(', ')}${where}; it is ${quote(textOf(value))}.`;
    context.report('appc-schema', value ?? item, message);
  };
  const os = named.get('os');
  const arch = named.get('arch');
  if (os === undefined || isUnresolved(textOf(os.value))) return;
  const system = textOf(os.value);
  const architectures = Object.hasOwn(APPC_PLATFORMS, system) ? APPC_PLATFORMS[system] : undefined;
  if (architectures === undefined) refuse(os, Object.keys(APPC_PLATFORMS), '');
  else if (
    arch !== undefined &&
    !isUnresolved(textOf(arch.value)) &&
    !architectures.includes(textOf(arch.value))
  )
    refuse(arch, architectures, ` for the os ${system}`);
}
