import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { ByteString } from '../aci/tar-entry.ts';
import type { Host } from '../host.ts';
import { errnoOf } from '../store/store-error.ts';
import { linkTo } from './describe-tree.ts';
import { eachParallel } from './parallel.ts';
import { byPath } from './tree-entry.ts';
import type { TreeEntry } from './tree-entry.ts';
import { pathIn } from './tree-path.ts';

/** An entry on disk; `other` is nothing that Larder makes. */
export type FoundEntry = TreeEntry | { readonly path: ByteString; readonly type: 'other' };

/**
 * Reads a tree from disk, as it was listed when it was rendered. No symbolic link is followed.
 * @param root path of the tree's root
 * @returns sorted by path
 * @throws system errors; the signal's reason
 */
export async function scanTree(fs: Host['fs'], root: string, signal: AbortSignal): Promise<FoundEntry[]> {
  const scan = new TreeScan(fs, root, signal);
  await scan.directory('');
  return scan.end();
}

const PIECE = 256 * 1024;
/** The system's calls go through four threads of Node's; these have always something to do. */
const AT_ONCE = 8;

interface Found {
  readonly at: string | Buffer;
  readonly stat: BigIntStats;
}

interface Seen {
  readonly path: ByteString;
  readonly stat: BigIntStats;
  readonly target: ByteString | null;
}

class TreeScan {
  readonly #fs: Host['fs'];
  readonly #root: string;
  readonly #signal: AbortSignal;
  readonly #seen: Seen[] = [];
  readonly #digests = new Map<string, string>();

  constructor(fs: Host['fs'], root: string, signal: AbortSignal) {
    this.#fs = fs;
    this.#root = root;
    this.#signal = signal;
  }

  /** Sees a directory and all below it. */
  async directory(path: ByteString): Promise<void> {
    const at = pathIn(this.#root, path);
    const stat = await this.#fs.lstat(at, { bigint: true });
    this.#seen.push({ path, stat, target: null });
    if (!stat.isDirectory()) return;
    await this.#opened(at, stat, 0o500, async () => {
      const directories: ByteString[] = [];
      const files = new Map<string, Found>();
      for (const name of await this.#fs.readdir(at, { encoding: 'latin1' })) {
        const child = path === '' ? name : `${path}/${name}`;
        const found = { at: pathIn(this.#root, child), ...(await this.#see(child)) };
        if (found.stat.isDirectory()) directories.push(child);
        else if (found.stat.isFile()) files.set(inodeOf(found.stat), found);
      }
      // Only now, and each once: another name of a file would be seen with the mode it has while it is read.
      await eachParallel([...files.values()], AT_ONCE, (found) => this.#digest(found));
      for (const directory of directories) await this.directory(directory);
    });
  }

  end(): FoundEntry[] {
    const firsts = new Map<string, ByteString>();
    return this.#seen.sort(byPath).map(({ path, stat, target }): FoundEntry => {
      const mode = Number(stat.mode & 0o7777n);
      if (stat.isDirectory()) return { path, type: 'directory', mode, content: null, target: null };
      const first = firsts.get(inodeOf(stat));
      if (first !== undefined) return { path, ...linkTo(first) };
      firsts.set(inodeOf(stat), path);
      if (stat.isSymbolicLink()) return { path, type: 'symlink', mode: null, content: null, target };
      const sha512 = this.#digests.get(inodeOf(stat));
      if (sha512 === undefined) return { path, type: 'other' };
      return { path, type: 'file', mode, content: { size: Number(stat.size), sha512 }, target: null };
    });
  }

  async #see(path: ByteString): Promise<Pick<Seen, 'stat'>> {
    this.#signal.throwIfAborted();
    const at = pathIn(this.#root, path);
    const stat = await this.#fs.lstat(at, { bigint: true });
    const target = stat.isSymbolicLink() ? await this.#fs.readlink(at, { encoding: 'latin1' }) : null;
    if (!stat.isDirectory()) this.#seen.push({ path, stat, target });
    return { stat };
  }

  async #digest({ at, stat }: Found): Promise<void> {
    if (this.#digests.has(inodeOf(stat))) return;
    let opened: FileHandle | undefined;
    await this.#opened(at, stat, 0o400, async () => {
      opened = await this.#fs.open(at, 'r');
    });
    if (opened === undefined) throw new Error('the file was not opened');
    await using file: FileHandle = opened;
    const hash = createHash('sha512');
    const piece = Buffer.allocUnsafe(Math.max(1, Math.min(PIECE, Number(stat.size))));
    for (;;) {
      this.#signal.throwIfAborted();
      const { bytesRead } = await file.read(piece, 0, piece.length, null);
      if (bytesRead === 0) break;
      hash.update(piece.subarray(0, bytesRead));
    }
    this.#digests.set(inodeOf(stat), hash.digest('hex'));
  }

  /**
   * Opens something whose owner may not: images have files that only root may read, and here the user owns them. For as long as
   * that takes the owner may.
   */
  async #opened(
    at: string | Buffer,
    stat: BigIntStats,
    bits: number,
    open: () => Promise<void>,
  ): Promise<void> {
    const mode = Number(stat.mode & 0o7777n);
    if ((mode & bits) === bits) return open();
    try {
      await open();
    } catch (error) {
      if (errnoOf(error) !== 'EACCES') throw error;
      await this.#fs.chmod(at, mode | bits);
      try {
        await open();
      } finally {
        await this.#fs.chmod(at, mode);
      }
    }
  }
}

function inodeOf({ dev, ino }: BigIntStats): string {
  return `${dev}-${ino}`;
}
