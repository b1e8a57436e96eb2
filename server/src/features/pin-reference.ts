import { digestToPin, digestToUpdate, nameOf, pinned, unpinned } from '../domain/pin.ts';
import type { StoreRecord } from '../domain/record.ts';
import type { ManifestImage } from '../manifest/manifest.ts';
import { isJson, placeOf, recordOf } from './pin.ts';
import type { PinFound, PinSource } from './pin.ts';
import { rangeOf } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';

/** Finds how a docker reference is pinned: the end of its text changes, and nothing around it. */
export function referencePin({ snapshot, source, what, statusOf }: PinSource): PinFound {
  const before = source.image.value;
  const name = nameOf(before);
  const isPinned = before !== name;
  if (isPinned !== (what !== 'pin') || !isWhole(snapshot, source)) return undefined;
  const edit = (after: string, pin?: string, record?: StoreRecord): PinFound => {
    const { start, end } = placeOf(source);
    const range = rangeOf(snapshot, { start: start + name.length, end });
    return { name, pin, record, edits: [{ range, newText: after.slice(name.length) }] };
  };

  const tag = isPinned ? unpinned(before) : before;
  if (tag === undefined) return undefined;
  if (what === 'unpin') return edit(tag);
  // To update a pin is to ask what the tag means without it.
  const status = statusOf({ ...source, image: { ...source.image, value: tag } });
  const record = recordOf(status);
  const pin = isPinned ? digestToUpdate(before.slice(name.length + 1), record) : digestToPin(record);
  if (pin === undefined) return isPinned || status.kind !== 'image' ? undefined : 'unknown';
  const after = pinned(before, pin);
  return after === undefined ? undefined : edit(after, pin, record);
}

/**
 * Whether the text is written as it reads, without escapes, so that its end can be changed on its own. JSON has texts only in quotes:
 * what was read from anything else is a number.
 */
function isWhole(snapshot: Snapshot, source: ManifestImage): boolean {
  const text = snapshot.document.getText();
  const { start, end } = placeOf(source);
  if (text.slice(start, end) !== source.image.value) return false;
  return !isJson(snapshot) || (text[start - 1] === '"' && text[end] === '"');
}
