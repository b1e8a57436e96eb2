import { byteString } from '../aci/tar-entry.ts';
import type { ByteString, TarType } from '../aci/tar-entry.ts';
import type { RenderImage } from './render-image.ts';

/** Tells which entries of an image become part of a tree, as appc/spec's acirenderer does (aci.md, `pathWhitelist`). */
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
