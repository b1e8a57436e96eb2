import { removeId, setId, writtenId } from './image-id.ts';
import { isJson, recordOf } from './pin.ts';
import type { PinFound, PinSource } from './pin.ts';

/** Finds how the image of an app is pinned: by the member `id` of its object, whose name and labels stay. */
export function appPin({ snapshot, source, what, statusOf }: PinSource): PinFound {
  const { object, image } = source;
  // appc reads JSON alone; and an image that has no name but its ID is that image for ever.
  if (object === undefined || !isJson(snapshot) || image.value.startsWith('sha512-')) return undefined;
  const name = image.value;
  const isPinned = writtenId(snapshot, object) !== undefined;
  if (isPinned !== (what !== 'pin')) return undefined;
  if (what === 'unpin') {
    const edits = removeId(snapshot, object);
    return edits.length === 0 ? undefined : { name, pin: undefined, record: undefined, edits };
  }
  const status = statusOf(source);
  const record = recordOf(status);
  if (record === undefined) return isPinned || status.kind !== 'image' ? undefined : 'unknown';
  const pin = record.image.imageId;
  const edit = setId(snapshot, object, pin);
  return edit && { name, pin, record, edits: [edit] };
}
