import { LarderError } from './errors.ts';
import type { DockerImage } from './image.ts';
import type { DockerCacheData, StoreRecord } from './record.ts';
import { canonicalReference, parseReference } from './reference.ts';
import type { DockerReference } from './reference.ts';

/**
 * A pin is a digest behind the tag: `nginx:1.27@sha256:…`. The digest alone decides which image it is (distribution/reference,
 * `ParseDockerRef`); the tag stays to tell what was meant, and where to look for something newer.
 */

/**
 * The digest to pin a reference to: what the registry answered for it, which is that of the index where there is one, so that the
 * pin holds on every platform. Undefined when the store does not know it: of an image from a file no registry need have the digest.
 * @param record what the store holds for the reference
 */
export function digestToPin(record: StoreRecord | undefined): string | undefined {
  return answered(record)?.digest;
}

/**
 * The digest that a tag leads to by now, where that is another image than a pin has: the one that the last check saw, else that of
 * the store's copy.
 * @param pin the digest written now
 * @param record what the store holds for the tag
 */
export function digestToUpdate(pin: string, record: StoreRecord | undefined): string | undefined {
  const docker = answered(record);
  if (!docker || docker.movedTo === pin) return undefined;
  if (docker.movedTo !== null) return docker.movedTo;
  return [docker.digest, docker.manifestDigest].includes(pin) ? undefined : docker.digest;
}

/** What a registry said. */
function answered(record: StoreRecord | undefined): DockerCacheData | undefined {
  const { checkedAt = null, docker = null } = record?.remote ?? {};
  return checkedAt === null ? undefined : (docker ?? undefined);
}

/**
 * A reference with a digest, in place of the one that it has. Without a tag `:latest` is written out, as the digest would hide it:
 * so the pin can be undone. Undefined when it has a digest and no tag, or when one of them is not valid.
 * @param text as a manifest writes it
 */
export function pinned(text: string, digest: string): string | undefined {
  const reference = read(text);
  if (reference === undefined) return undefined;
  const { tag, digest: before } = reference;
  if (tag === undefined && before !== undefined) return undefined;
  const result = `${nameOf(text)}${tag === undefined ? ':latest' : ''}@${digest}`;
  return read(result) && result;
}

/** A reference without its digest; undefined when it has none, or no tag that would stay: nobody knows which was meant. */
export function unpinned(text: string): string | undefined {
  const reference = read(text);
  return reference?.tag === undefined || reference.digest === undefined ? undefined : nameOf(text);
}

/** What the tag of a pinned image leads to by itself; an image without a pin, or a pin without a tag, is what it is. */
export function imageOfTag(image: DockerImage): DockerImage {
  const { tag, digest } = image.reference;
  if (tag === undefined || digest === undefined) return image;
  const reference = { ...image.reference, digest: undefined };
  return { kind: 'docker', canonical: canonicalReference(reference), reference };
}

/** What a pin leaves as it is: the text before the digest. */
export function nameOf(text: string): string {
  const [name = ''] = text.split('@');
  return name;
}

function read(text: string): DockerReference | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    // What is wrong with it is a diagnostic of its own.
    if (error instanceof LarderError) return undefined;
    throw error;
  }
}
