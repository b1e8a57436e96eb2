import type { ByteString } from '../aci/tar-entry.ts';
import { bytesOf, readable } from '../aci/tar-entry.ts';
import { isUtf8 } from './entry-name.ts';

/**
 * Where an entry of a tree is on disk. Names are any bytes on Linux, where a JavaScript string may not have them; Windows takes
 * long paths only as strings.
 * @param root path of the tree's root
 * @param path in the tree, without a leading slash
 */
export function pathIn(root: string, path: ByteString): string | Buffer {
  if (path === '') return root;
  if (isUtf8(path)) return `${root}/${readable(path)}`;
  return Buffer.concat([Buffer.from(`${root}/`), bytesOf(path)]);
}
