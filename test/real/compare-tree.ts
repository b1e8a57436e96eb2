/** Holds a tree, in an ACI or in a directory, against a directory that another tool made of the same layers. */
import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, open, readdir, readFile, readlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf } from '../../server/src/engine/aci/tar-entry.ts';
import type { TarEntry } from '../../server/src/engine/aci/tar-entry.ts';
import { TarReader } from '../../server/src/engine/aci/tar-reader.ts';

/** What is compared of one entry, as text: type, mode, time, and content or target. */
type Description = string;

/** An entry, with what tells hard links of one file from files with equal content. */
interface Found {
  readonly description: Description;
  readonly file: string;
}

type Tree = ReadonlyMap<string, Found>;

/**
 * Compares entry by entry: names, types, permissions, times to the microsecond, contents, link targets, and which names are
 * hard links of one file. Owners are not: without privileges nobody can give files away. Devices are empty files there. A
 * directory that no layer describes, or in which umoci has made such a one, has the time of the unpacking.
 * @returns the differences, one a line; empty when the trees are equal
 */
export async function compareTree(aci: string, rootfs: string): Promise<string[]> {
  return compare(await readAci(aci), await readDirectory(rootfs));
}

/**
 * The same of a tree that Larder has rendered.
 * @param notMade what is not in it because nobody without privileges can make it
 */
export async function compareDirectories(
  rendered: string,
  rootfs: string,
  notMade: readonly string[] = [],
): Promise<string[]> {
  const theirs = new Map(await readDirectory(rootfs));
  for (const path of notMade) if (!theirs.delete(path)) return [`${path}: not in the directory either`];
  return compare(await readDirectory(rendered), theirs);
}

function compare(ours: Tree, theirs: Tree): string[] {
  const paths = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  return paths.flatMap((path) => {
    const [our, their] = [describe(ours, path), describe(theirs, path)];
    const isTouched = their.endsWith(UNPACKING) && our.replace(/\S+$/, UNPACKING) === their;
    return our === their || isTouched ? [] : [`${path || '/'}: ${our} of Larder, ${their} in the directory`];
  });
}

function describe(tree: Tree, path: string): string {
  const found = tree.get(path);
  if (found === undefined) return 'nothing';
  const names = [...tree].filter(([, { file }]) => file === found.file).map(([name]) => name);
  return [found.description, ...(names.length > 1 ? names.sort() : [])].join(' ');
}

async function readAci(path: string): Promise<Tree> {
  const file = await open(path);
  try {
    const tree = new Map<string, Found>();
    for (const entry of await entriesOf(file)) {
      if (!entry.name.startsWith('rootfs/')) continue;
      const name = entry.name.slice('rootfs/'.length).replace(/\/$/, '');
      const target = entry.linkName.slice('rootfs/'.length);
      const linked = entry.type === 'link' ? tree.get(target) : undefined;
      tree.set(name, linked ?? { description: await describeEntry(file, entry), file: name });
    }
    return tree;
  } finally {
    await file.close();
  }
}

async function entriesOf(file: FileHandle): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  const reader = new TarReader((entry) => entries.push(entry));
  for await (const piece of file.createReadStream({ autoClose: false, start: 0 }))
    reader.push(piece as Buffer);
  reader.end();
  return entries;
}

async function describeEntry(file: FileHandle, entry: TarEntry): Promise<Description> {
  const fraction = /\.(\d{1,6})/.exec(new Map(entry.pax).get('mtime') ?? '')?.[1] ?? '';
  const time = `${entry.mtime}.${fraction.padEnd(6, '0')}`;
  const mode = entry.mode.toString(8);
  switch (entry.type) {
    case 'symlink':
      return `symlink ${time} ${entry.linkName}`;
    case 'character':
    case 'block':
      return `file ${mode} ${time} ${sha256(Buffer.alloc(0))}`;
    case 'file': {
      const { buffer } = await file.read(Buffer.alloc(entry.size), 0, entry.size, entry.offset);
      return `file ${mode} ${time} ${sha256(buffer)}`;
    }
    default:
      return `${entry.type} ${mode} ${time}`;
  }
}

async function readDirectory(root: string): Promise<Tree> {
  const tree = new Map<string, Found>();
  const visit = async (name: string): Promise<void> => {
    // Names are bytes on Linux; as in archives, one character is one byte here.
    const path = Buffer.concat([Buffer.from(join(root, '/')), bytesOf(name)]);
    const stat = await lstat(path, { bigint: true });
    tree.set(name, {
      description: await describeStat(path, stat),
      file: stat.isDirectory() ? name : `#${stat.ino}`,
    });
    if (!stat.isDirectory()) return;
    for (const child of await readdir(path, { encoding: 'latin1' }))
      await visit(name === '' ? child : `${name}/${child}`);
  };
  await visit('');
  return tree;
}

async function describeStat(path: Buffer, stat: BigIntStats): Promise<Description> {
  const mode = (stat.mode & 0o7777n).toString(8);
  const time = `${stat.mtimeNs / 1_000_000_000n}.${String((stat.mtimeNs % 1_000_000_000n) / 1000n).padStart(6, '0')}`;
  if (stat.isSymbolicLink()) return `symlink ${time} ${await readlink(path, 'latin1')}`;
  if (stat.isDirectory()) return `directory ${mode} ${wasTouched(stat) ? UNPACKING : time}`;
  if (stat.isFIFO()) return `fifo ${mode} ${time}`;
  return `file ${mode} ${time} ${sha256(await readFile(path))}`;
}

const UNPACKING = 'now';

/** Whether a time was not set but is when something was made in a directory: then it is that of the last change. */
function wasTouched(stat: BigIntStats): boolean {
  return stat.ctimeMs - stat.mtimeMs < 60_000n;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
