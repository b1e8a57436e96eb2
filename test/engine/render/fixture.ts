/** ACIs and their trees, for tests. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TarHeader } from '../../../server/src/engine/aci/tar-entry.ts';
import type { RenderImage } from '../../../server/src/engine/render/render-image.ts';
import { renderTree } from '../../../server/src/engine/render/render-tree.ts';
import type { RenderWatch } from '../../../server/src/engine/render/render-tree.ts';
import { scanTree } from '../../../server/src/engine/render/scan-tree.ts';
import { archive } from '../aci/archives.ts';

/** A member of an archive: what differs from a plain file, and its data. */
export type Member = [changes: Partial<TarHeader>, data?: string];

export const MANIFEST: Member = [
  { name: 'manifest' },
  JSON.stringify({ acKind: 'ImageManifest', acVersion: '0.8.11', name: 'example.com/app' }),
];
const ROOT: Member = [{ name: 'rootfs/', type: 'directory', mode: 0o755 }];

/** An ACI with these members below `rootfs/`, which is put in front of their names. */
export function aciOf(...members: readonly Member[]): Buffer {
  const inside = members.map(([changes, data = '']): Member => {
    const { name = '', type, linkName = '' } = changes;
    return [
      { ...changes, name: `rootfs/${name}`, linkName: type === 'link' ? `rootfs/${linkName}` : linkName },
      data,
    ];
  });
  return archive(MANIFEST, ROOT, ...inside);
}

export const file = (name: string, data = name, more: Partial<TarHeader> = {}): Member => [
  { name, ...more },
  data,
];
export const directory = (name: string, mode = 0o755): Member => [
  { name: `${name}/`, type: 'directory', mode },
];
export const symlink = (name: string, linkName: string): Member => [{ name, type: 'symlink', linkName }];
export const hardLink = (name: string, linkName: string): Member => [{ name, type: 'link', linkName }];

export const UNWATCHED: RenderWatch = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
};

/** A directory for one test, gone after it. */
export async function withDirectory<T>(body: (directory: string) => Promise<T>): Promise<T> {
  const scratch = await fs.mkdtemp(join(tmpdir(), 'larder-render-'));
  try {
    return await body(scratch);
  } finally {
    await fs.rm(scratch, { recursive: true, force: true });
  }
}

/** Puts an ACI where it can be rendered from. */
export async function imageFile(
  scratch: string,
  aci: Buffer,
  lists: Partial<Pick<RenderImage, 'pathWhitelist' | 'within'>> = {},
): Promise<RenderImage> {
  const imageId = `sha512-${createHash('sha512').update(aci).digest('hex')}`;
  const path = join(scratch, `${imageId}.aci`);
  await fs.writeFile(path, aci);
  return { imageId, aci: path, pathWhitelist: [], within: [], ...lists };
}

/**
 * What is in the tree that images make, dependencies first: `directory/`, `file: data`, `link -> target`, `further name = first
 * name`, sorted.
 */
export function rendered(
  ...images: readonly (Buffer | [Buffer, Parameters<typeof imageFile>[2]])[]
): Promise<string[]> {
  return withDirectory(async (scratch) => {
    const list: RenderImage[] = [];
    for (const image of images) {
      const [aci, lists] = Array.isArray(image) ? image : [image, {}];
      list.push(await imageFile(scratch, aci, lists));
    }
    await renderTree({ fs }, list, scratch, UNWATCHED);
    return linesOf(join(scratch, 'rootfs'));
  });
}

/** The same of a tree on disk. */
export async function linesOf(root: string): Promise<string[]> {
  const lines: string[] = [];
  for (const entry of await scanTree(fs, root, UNWATCHED.signal)) {
    if (entry.path === '') continue;
    if (entry.type === 'other') lines.push(`${entry.path}?`);
    else if (entry.type === 'directory') lines.push(`${entry.path}/`);
    else if (entry.type === 'symlink') lines.push(`${entry.path} -> ${entry.target}`);
    else if (entry.type === 'link') lines.push(`${entry.path} = ${entry.target}`);
    else
      lines.push(
        `${entry.path}: ${await fs.readFile(Buffer.from(`${root}/${entry.path}`, 'latin1'), 'utf8')}`,
      );
  }
  return lines.sort();
}
