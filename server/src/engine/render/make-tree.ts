import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { ByteString, TarEntry } from '../aci/tar-entry.ts';
import { bytesOf } from '../aci/tar-entry.ts';
import { badEntry } from '../aci/archive-error.ts';
import type { Directory } from '../aci/file-tree.ts';
import { writeAll } from '../aci/write-all.ts';
import type { Host } from '../host.ts';
import { storeIo } from '../store/store-error.ts';
import { modifiedAt } from './modified.ts';
import { eachParallel } from './parallel.ts';
import { makingError } from './render-error.ts';
import { pathIn } from './tree-path.ts';
import type { Node, TreeNodes } from './tree-nodes.ts';

export interface MakeOptions {
  /** Whether all of it is on disk in the end, and not only handed to the system. */
  readonly durable: boolean;
  readonly signal: AbortSignal;
  /** Told of bytes that were written. */
  readonly onBytes: (count: number) => void;
}

/** What a directory has that no image describes; its time is the epoch, so that it is the same each time. */
const PLAIN: Pick<TarEntry, 'mode' | 'mtime' | 'pax'> = { mode: 0o755, mtime: 0, pax: [] };
const PIECE = 256 * 1024;
/** The system's calls go through four threads of Node's; these have always something to do. */
const AT_ONCE = 8;

/**
 * Makes a tree in a new directory.
 *
 * Nothing that is made lies behind a symbolic link: directories come first, then files in them, each of which must be new; links
 * come last. So whatever the links say, nothing is written outside of the tree. Modes and times of directories come at the very
 * end, since they change with, or forbid, what is made in them.
 * @param root path of the tree's root, which is there and empty
 * @param archives for each image, its open ACI
 * @returns the SHA-512 of each file's content, in hex
 * @throws LarderError E_UNSUPPORTED, E_ARCHIVE, E_STORE_IO, E_NO_SPACE; the signal's reason
 */
export async function makeTree(
  { fs }: Pick<Host, 'fs'>,
  root: string,
  nodes: TreeNodes,
  archives: readonly FileHandle[],
  options: MakeOptions,
): Promise<ReadonlyMap<Node, string>> {
  const maker = new TreeMaker(fs, root, archives, options);
  const digests = new Map<Node, string>();
  for (const directory of nodes.directories.slice(1)) await maker.makeDirectory(directory);
  await eachParallel(nodes.files, AT_ONCE, async (file) => {
    digests.set(file, await maker.makeFile(file));
  });
  await eachParallel(nodes.symlinks, AT_ONCE, (link) => maker.makeSymlink(link));
  // Those below first: their parents may not let anybody in afterwards.
  for (const directory of nodes.directories.toReversed()) await maker.finishDirectory(directory);
  return digests;
}

class TreeMaker {
  readonly #fs: Host['fs'];
  readonly #root: string;
  readonly #archives: readonly FileHandle[];
  readonly #options: MakeOptions;

  constructor(fs: Host['fs'], root: string, archives: readonly FileHandle[], options: MakeOptions) {
    this.#fs = fs;
    this.#root = root;
    this.#archives = archives;
    this.#options = options;
  }

  makeDirectory({ path }: Directory): Promise<void> {
    return this.#make(path, (at) => this.#fs.mkdir(at, 0o700));
  }

  async makeFile({ inode: { entry, layer }, paths: [first, ...others] }: Node): Promise<string> {
    const archive = this.#archives[layer];
    if (archive === undefined) throw new Error(`image ${layer} has no archive`);
    let digest = '';
    await this.#make(first, async (at) => {
      // Only one that is new: neither something else nor what a link leads to.
      await using file = await this.#fs.open(at, 'wx', 0o600);
      digest = await this.#copy(archive, entry, file);
      const time = modifiedAt(entry);
      await file.chmod(entry.mode);
      await file.utimes(time, time);
      if (this.#options.durable) await file.sync();
    });
    const existing = pathIn(this.#root, first);
    for (const path of others) await this.#make(path, (at) => this.#fs.link(existing, at));
    return digest;
  }

  async makeSymlink({ inode: { entry }, paths: [first, ...others] }: Node): Promise<void> {
    const time = modifiedAt(entry);
    const symlink = (path: ByteString): Promise<void> =>
      this.#make(path, async (at) => {
        await this.#fs.symlink(bytesOf(entry.linkName), at);
        await this.#fs.lutimes(at, time, time);
      });
    await symlink(first);
    // Elsewhere link(2) may follow the link, and give a second name to whatever it leads to.
    const isLinkable = process.platform === 'linux';
    const existing = pathIn(this.#root, first);
    for (const path of others)
      await (isLinkable ? this.#make(path, (at) => this.#fs.link(existing, at)) : symlink(path));
  }

  finishDirectory({ path, entry }: Directory): Promise<void> {
    const { mode, ...times } = entry ?? PLAIN;
    const time = modifiedAt(times);
    return this.#make(path, async (at) => {
      // Windows opens no directories like this, and knows no such modes.
      if (process.platform === 'win32') return this.#fs.utimes(at, time, time);
      await using directory = await this.#fs.open(at, 'r');
      await directory.chmod(mode);
      await directory.utimes(time, time);
      if (this.#options.durable) await directory.sync();
    });
  }

  async #make(path: ByteString, make: (at: string | Buffer) => Promise<void>): Promise<void> {
    this.#options.signal.throwIfAborted();
    const at = pathIn(this.#root, path);
    await storeIo('write', at.toString(), async () => {
      try {
        await make(at);
      } catch (error) {
        throw makingError(error, path);
      }
    });
  }

  async #copy(archive: FileHandle, entry: TarEntry, to: FileHandle): Promise<string> {
    const hash = createHash('sha512');
    const piece = Buffer.allocUnsafe(Math.min(PIECE, entry.size));
    for (let done = 0; done < entry.size;) {
      this.#options.signal.throwIfAborted();
      const wanted = Math.min(piece.length, entry.size - done);
      const { bytesRead } = await archive.read(piece, 0, wanted, entry.offset + done);
      if (bytesRead === 0) throw badEntry(entry.name, 'is cut off');
      const bytes = piece.subarray(0, bytesRead);
      hash.update(bytes);
      await writeAll(to, bytes, done);
      done += bytesRead;
      this.#options.onBytes(bytesRead);
    }
    return hash.digest('hex');
  }
}
