import { join } from 'node:path';
import type { Host } from '../host.ts';
import type { StoredTree } from '../render/trees.ts';
import { LISTING, readRecord, recordPath } from '../render/tree-record.ts';
import { blobFiles } from '../store/blob-files.ts';
import { imageIdOfManifest, isTreeKey, Layout } from '../store/layout.ts';
import { errnoOf, storeIo } from '../store/store-error.ts';

/** How many there are of something, and the bytes of its files. */
export interface Use {
  readonly count: number;
  readonly bytes: number;
}

/** What a store takes of its disk. */
export interface DiskUse {
  /** ACIs with their manifests. */
  readonly images: Use;
  /** Layers, configurations and manifests as registries have them. */
  readonly blobs: Use;
  readonly trees: Use;
  readonly pods: Use;
  /** Unfinished downloads and temporary files. */
  readonly unfinished: Use;
  /** The index, and those that were set aside as damaged. */
  readonly index: Use;
}

/**
 * Adds up the files of a store; nothing is locked or written, and what goes away meanwhile is left out.
 * @throws LarderError E_STORE_IO
 */
export function diskUse(fs: Host['fs'], root: string): Promise<DiskUse> {
  const layout = new Layout(root);
  return storeIo('read', root, async () => ({
    ...(await blobUse(fs, layout)),
    trees: await treeUse(fs, layout),
    pods: await entriesUse(fs, layout.prepared),
    unfinished: await entriesUse(fs, layout.partial),
    index: await entriesUse(fs, root, (name) => name.startsWith('index.sqlite')),
  }));
}

/** Bytes of a tree as it was rendered, with what is written down about it. */
export async function treeSize(
  fs: Host['fs'],
  { path, record }: Pick<StoredTree, 'path' | 'record'>,
): Promise<number> {
  const beside = await Promise.all([join(path, LISTING), recordPath(path)].map((file) => sizeOf(fs, file)));
  return (record?.size ?? 0) + sum(beside);
}

/** Bytes of an image's ACI and manifest. */
export function imageSize(fs: Host['fs'], layout: Layout, imageId: string): Promise<number> {
  return storeIo('read', layout.root, async () =>
    sum([await sizeOf(fs, layout.image(imageId)), await sizeOf(fs, layout.manifest(imageId))]),
  );
}

async function blobUse(fs: Host['fs'], layout: Layout): Promise<Pick<DiskUse, 'images' | 'blobs'>> {
  const manifests = new Map<string, number>();
  for (const name of await namesIn(fs, layout.manifests)) {
    const imageId = imageIdOfManifest(name);
    if (imageId !== undefined) manifests.set(imageId, await sizeOf(fs, layout.manifest(imageId)));
  }
  const use = { images: { count: 0, bytes: 0 }, blobs: { count: 0, bytes: 0 } };
  for await (const { name, size } of blobFiles(fs, layout)) {
    const manifest = manifests.get(name);
    const of = manifest === undefined ? use.blobs : use.images;
    of.count += 1;
    of.bytes += size + (manifest ?? 0);
  }
  return use;
}

async function treeUse(fs: Host['fs'], layout: Layout): Promise<Use> {
  const keys = (await namesIn(fs, layout.trees)).filter(isTreeKey);
  const sizes: number[] = [];
  for (const key of keys) {
    const path = layout.tree(key);
    sizes.push(await treeSize(fs, { path, record: await readRecord(fs, path, key) }));
  }
  return { count: keys.length, bytes: sum(sizes) };
}

async function entriesUse(
  fs: Host['fs'],
  directory: string,
  isWanted: (name: string) => boolean = () => true,
): Promise<Use> {
  const names = (await namesIn(fs, directory)).filter(isWanted);
  const sizes = await Promise.all(names.map((name) => sizeOf(fs, join(directory, name))));
  return { count: names.length, bytes: sum(sizes) };
}

/** Of a file, or of all files in a directory; 0 when it has gone. */
async function sizeOf(fs: Host['fs'], path: string): Promise<number> {
  try {
    const stat = await fs.lstat(path);
    if (!stat.isDirectory()) return stat.size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0;
    throw error;
  }
  const sizes: number[] = [];
  for (const name of await namesIn(fs, path)) sizes.push(await sizeOf(fs, join(path, name)));
  return sum(sizes);
}

async function namesIn(fs: Host['fs'], directory: string): Promise<readonly string[]> {
  try {
    return await fs.readdir(directory);
  } catch (error) {
    // Not made yet, gone, or a directory of a tree that is being rendered, which an image has closed.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}
