import { isRecord } from '../registry/descriptor.ts';
import { isDigest } from '../registry/digest.ts';
import type { Refuse } from '../registry/manifest-error.ts';

/** Larger configurations are refused, as larger manifests are. */
export const CONFIG_LIMIT = 4 << 20;

/**
 * The digests of an image's uncompressed layers, from its configuration (image-spec, config.md, `rootfs`).
 * @param layers how many layers the manifest has
 * @throws LarderError E_MANIFEST when the two do not fit together
 */
export function parseDiffIds(config: Buffer, layers: number, refuse: Refuse): string[] {
  const rootfs = parseJson(config, refuse)['rootfs'];
  const diffIds = isRecord(rootfs) ? rootfs['diff_ids'] : undefined;
  if (!Array.isArray(diffIds) || !diffIds.every(isDigest)) {
    throw refuse('its configuration does not list the digests of its layers');
  }
  if (diffIds.length !== layers) {
    throw refuse(`its configuration has ${diffIds.length} layers, and its manifest ${layers}`);
  }
  return diffIds;
}

function parseJson(config: Buffer, refuse: Refuse): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(config.toString());
    if (isRecord(value)) return value;
  } catch {
    // Said below, in words that do not depend on the parser.
  }
  throw refuse('its configuration is not a JSON object');
}
