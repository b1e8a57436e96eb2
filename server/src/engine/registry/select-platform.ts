import type { Platform } from '../../domain/image.ts';
import { formatPlatform } from '../../domain/platform.ts';
import { quote } from '../../domain/quote.ts';
import type { Descriptor } from './descriptor.ts';
import type { ImageIndex, IndexEntry } from './manifest.ts';
import type { Refuse } from './manifest-error.ts';
import { IMAGE_TYPES } from './media-types.ts';

/** More platforms than this are not listed in a message. */
const SHOWN = 20;

/** ARM's variants, the oldest first: each runs what was built for those before it. */
const ARM = ['v5', 'v6', 'v7', 'v8'];

/**
 * Chooses the manifest for a platform. As containerd does, a variant that is absent is the architecture's usual one, and an
 * older variant that the platform can run is taken when its own is not offered; of two that fit equally, the first
 * (image-spec, image-index.md).
 * @throws LarderError E_PLATFORM that lists what is offered
 */
export function selectPlatform(index: ImageIndex, platform: Platform, refuse: Refuse): Descriptor {
  // What is left out: attestations, which build tools list under the platform unknown/unknown, and artifacts.
  const images = index.entries
    .filter(({ mediaType }) => IMAGE_TYPES.includes(mediaType))
    .map((entry) => ({ entry, offered: offeredPlatform(entry) }))
    .filter(({ offered }) => offered?.os !== 'unknown');
  for (const acceptable of acceptablePlatforms(platform)) {
    const found = images.find(({ offered }) => offered !== undefined && key(offered) === acceptable);
    if (found !== undefined) return found.entry;
  }
  // A platform is optional in an index: a single image without one is all there is to choose from.
  const [only] = images;
  if (only !== undefined && images.length === 1 && only.offered === undefined) return only.entry;

  const offers = images.flatMap(({ offered }) => (offered === undefined ? [] : [formatPlatform(offered)]));
  throw refuse(`it is not offered for ${formatPlatform(platform)}; ${listOf(offers)}`, 'E_PLATFORM');
}

function listOf(offers: readonly string[]): string {
  if (offers.length === 0) return 'it names no platform at all';
  const shown = [...new Set(offers)].slice(0, SHOWN).map((offer) => quote(offer).slice(1, -1));
  const more = new Set(offers).size > SHOWN ? ', …' : '';
  return `choose one of ${shown.join(', ')}${more}`;
}

function offeredPlatform({ platform }: IndexEntry): Platform | undefined {
  const { os, architecture, variant } = platform ?? {};
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  return typeof variant === 'string' && variant !== '' ? { os, architecture, variant } : { os, architecture };
}

/** One spelling for equal platforms: the usual variant of each architecture is left out. */
function key({ os, architecture, variant = '' }: Platform): string {
  const usual: Readonly<Record<string, string>> = { amd64: 'v1', arm64: 'v8', arm: 'v7' };
  return `${os}/${architecture}/${variant === usual[architecture] ? '' : variant}`;
}

/** All that a platform can run, the best first. */
function acceptablePlatforms({ os, architecture, variant }: Platform): string[] {
  const variants = (names: readonly string[], arch: string): string[] =>
    names.map((name) => key({ os, architecture: arch, variant: name }));
  const own = key({ os, architecture, ...(variant === undefined ? {} : { variant }) });
  switch (architecture) {
    case 'amd64': {
      const level = Number(/^v([1-4])$/.exec(variant ?? 'v1')?.[1] ?? 1);
      return [own, ...variants(['v4', 'v3', 'v2', 'v1'].slice(4 - level), 'amd64'), ...variants([''], '386')];
    }
    case 'arm':
      return [own, ...variants(ARM.slice(0, Math.max(0, ARM.indexOf(variant ?? 'v7'))).reverse(), 'arm')];
    case 'arm64':
      return [own, ...variants(['v8'], 'arm64'), ...variants([...ARM].reverse(), 'arm')];
    default:
      return [own];
  }
}
