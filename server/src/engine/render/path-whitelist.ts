import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import { byteString } from '../aci/tar-entry.ts';
import type { ByteString, TarType } from '../aci/tar-entry.ts';
import type { RenderImage } from './render-image.ts';

/**
 * The `pathWhitelist` of an image manifest (appc/spec, aci.md, "Image Manifest Schema"); empty when it has none, which means
 * all paths.
 * @param manifest JSON text
 * @throws LarderError E_MANIFEST
 */
export function readPathWhitelist(manifest: string): string[] {
  const { name, pathWhitelist = null } = JSON.parse(manifest) as { name?: unknown; pathWhitelist?: unknown };
  if (pathWhitelist === null) return [];
  if (Array.isArray(pathWhitelist) && pathWhitelist.every((path) => typeof path === 'string')) {
    return pathWhitelist;
  }
  throw new LarderError(
    'E_MANIFEST',
    `The image ${quote(String(name))} cannot be rendered, because its pathWhitelist is not a list of texts; tell its publisher.`,
  );
}

/** Tells which entries of an image become part of a tree, as appc/spec's acirenderer does. */
export class PathFilter {
  readonly #own: ReadonlySet<ByteString>;
  readonly #within: ReadonlySet<ByteString>;

  constructor({ pathWhitelist, within }: Pick<RenderImage, 'pathWhitelist' | 'within'>) {
    this.#own = new Set(pathWhitelist.map(clean));
    this.#within = new Set(within.map(clean));
  }

  /**
   * An image's own whitelist leaves its directories as they are; the one above it does not.
   * @param path below `rootfs`, clean, without a leading slash
   */
  takes(path: ByteString, type: TarType): boolean {
    const byOwn = type === 'directory' || this.#own.size === 0 || this.#own.has(path);
    return byOwn && (this.#within.size === 0 || this.#within.has(path));
  }
}

/** As Go's filepath.Join("rootfs", path) would clean it, without `rootfs`. */
function clean(path: string): ByteString {
  const components: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') components.pop();
    else if (part !== '' && part !== '.') components.push(part);
  }
  return byteString(components.join('/'));
}
