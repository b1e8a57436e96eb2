import type { LarderError } from '../../domain/errors.ts';
import { parseReference } from '../../domain/reference.ts';
import type { DockerReference } from '../../domain/reference.ts';
import { isRecord, parseDescriptor } from '../registry/descriptor.ts';
import type { IndexEntry } from '../registry/manifest.ts';
import type { Refuse } from '../registry/manifest-error.ts';
import { IMAGE_TYPES, INDEX_TYPES } from '../registry/media-types.ts';
import { CONTAINERD_NAME, REF_NAME } from './oci-export.ts';

/** The images or indexes of one name; several are one image for several platforms. */
export interface NamedEntries {
  readonly name: DockerReference | undefined;
  readonly tag: string | undefined;
  readonly entries: readonly IndexEntry[];
}

/**
 * Reads the index.json of an image layout (image-spec, image-layout.md), by name. Signatures and other artifacts are left out.
 * @throws LarderError what `refuse` makes; E_REF for a name that is none
 */
export function parseLayoutIndex(bytes: Buffer, refuse: Refuse): readonly NamedEntries[] {
  const { schemaVersion, manifests } = parseObject(bytes, refuse);
  if (schemaVersion !== 2 || !Array.isArray(manifests)) throw refuse('it is no index of images');
  const groups = new Map<string, NamedEntries & { readonly entries: IndexEntry[] }>();
  for (const [at, value] of manifests.entries()) {
    const descriptor = parseDescriptor(value, `manifest ${at + 1}`, refuse);
    if (!IMAGE_TYPES.includes(descriptor.mediaType) && !INDEX_TYPES.includes(descriptor.mediaType)) continue;
    const { platform, annotations } = value as Record<string, unknown>;
    const named = nameOf(isRecord(annotations) ? annotations : {});
    const key = JSON.stringify(named);
    const group = groups.get(key) ?? { ...named, entries: [] };
    group.entries.push({ ...descriptor, platform: isRecord(platform) ? platform : undefined });
    groups.set(key, group);
  }
  if (groups.size === 0) throw refuse('it lists no images');
  return [...groups.values()];
}

/** BuildKit and containerd write the whole name in one annotation and the tag in the other; podman the whole name in the other. */
function nameOf(annotations: Record<string, unknown>): Pick<NamedEntries, 'name' | 'tag'> {
  const { [CONTAINERD_NAME]: name, [REF_NAME]: refName } = annotations;
  if (typeof name === 'string') return { name: parseReference(name), tag: undefined };
  if (typeof refName !== 'string') return { name: undefined, tag: undefined };
  return /[/:]/.test(refName)
    ? { name: parseReference(refName), tag: undefined }
    : { name: undefined, tag: refName };
}

export function parseObject(bytes: Buffer, refuse: (why: string) => LarderError): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isRecord(value)) return value;
  } catch {
    // Said below, in words that do not depend on the parser.
  }
  throw refuse('it is not a JSON object');
}
