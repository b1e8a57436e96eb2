/** Layers in short, and trees as lines of text. */
import { aciMembers } from '../../../server/src/engine/aci/aci-layout.ts';
import type { Inode } from '../../../server/src/engine/aci/file-tree.ts';
import { squash } from '../../../server/src/engine/aci/squash.ts';
import type { TarEntry } from '../../../server/src/engine/aci/tar-entry.ts';
import { entry } from './archives.ts';

export const file = (name: string, offset = 0): TarEntry => entry({ name, size: 1, offset });
export const directory = (name: string): TarEntry => entry({ name, type: 'directory' });
export const symlink = (name: string, linkName: string): TarEntry =>
  entry({ name, type: 'symlink', linkName });
export const hardLink = (name: string, linkName: string): TarEntry => entry({ name, type: 'link', linkName });

/** What is in the tree: `directory/`, `file#layer` or `file#layer:offset`, `link -> target`, `further name = first name`. */
export function squashed(layers: readonly TarEntry[][]): string[] {
  const lines: string[] = [];
  for (const { header, data } of aciMembers(squash(layers))) {
    const name = header.name.slice('rootfs/'.length);
    if (name === '') continue;
    if (header.type === 'directory') lines.push(name);
    else if (header.type === 'link') lines.push(`${name} = ${header.linkName.slice('rootfs/'.length)}`);
    else if (header.type === 'symlink') lines.push(`${name} -> ${header.linkName}`);
    else lines.push(`${name}${data === undefined ? '' : place(data)}`);
  }
  return lines.sort();
}

function place({ layer, entry: { offset } }: Inode): string {
  return offset === 0 ? `#${layer}` : `#${layer}:${offset}`;
}
