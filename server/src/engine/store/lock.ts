import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import { LarderError } from '../../domain/errors.ts';
import type { Host, Log } from '../host.ts';
import { formatTag, isDead, parseTag } from './process-tag.ts';
import type { ProcessTag } from './process-tag.ts';
import { errnoOf, storeIo } from './store-error.ts';

/** After this long without a sign of life a lock's holder counts as dead. Milliseconds; the holder renews it every third. */
const STALE = 12_000;
const LONGEST_PAUSE = 50;
/** A holder writes who it is within this time, or never. Milliseconds. */
const TIME_TO_SIGN = 2_000;
const LOCK = '.lock';
const OWNER = '.owner';
const DEAD = '.dead';
/** An hour, in milliseconds. */
const MARK_AGE = 60 * 60 * 1000;

/** A lock between processes, as long as one holds it. */
export interface HeldLock {
  /**
   * To be called before a step that only the holder may take: a process that was suspended for longer than
   * {@link STALE} has lost its lock without noticing.
   * @throws LarderError E_STORE_LOCKED
   */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Locks between processes: `locks/NAME.lock` is a directory that its holder keeps young (proper-lockfile), and
 * `locks/NAME.owner` says who holds it, so that nobody waits for a process that was killed.
 */
export class Locks {
  readonly #host: Host;
  readonly #directory: string;
  readonly #own: ProcessTag;

  constructor(host: Host, directory: string, own: ProcessTag) {
    this.#host = host;
    this.#directory = directory;
    this.#own = own;
  }

  /**
   * Waits for a lock and takes it.
   * @param name a file name
   * @param patience how long to wait, in milliseconds
   * @throws LarderError E_STORE_LOCKED after that, E_CANCELLED when the signal aborts
   */
  async acquire(name: string, patience: number, signal?: AbortSignal): Promise<HeldLock> {
    const { clock } = this.#host;
    const file = join(this.#directory, name);
    const started = clock.now();
    for (let pause = 2; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      if (signal?.aborted) throw cancelled(name, signal);
      const held = await this.#take(file);
      if (held !== undefined) return held;
      if (await this.#freeFromDead(file)) continue;
      if (clock.now() - started >= patience) throw await this.#locked(file, patience);
      await clock.sleep(pause * (0.5 + this.#host.random()), signal).catch((error: unknown) => {
        throw signal?.aborted ? cancelled(name, signal) : error;
      });
    }
  }

  /** Whether a process that may be alive holds a lock whose name begins so. */
  async anyHeld(prefix: string): Promise<boolean> {
    const { fs, clock } = this.#host;
    for (const name of await fs.readdir(this.#directory)) {
      if (!name.startsWith(prefix) || !name.endsWith(LOCK)) continue;
      const file = join(this.#directory, name.slice(0, -LOCK.length));
      if (await this.#freeFromDead(file)) continue;
      const lock = await this.#lock(file);
      if (lock !== undefined && lock.mtimeMs >= clock.now() - STALE) return true;
    }
    return false;
  }

  /** Removes what says who held locks that nobody holds, when no slow waiter can ask for it any more. */
  async clean(): Promise<void> {
    const { fs, clock } = this.#host;
    const names = await fs.readdir(this.#directory);
    for (const name of names) {
      const isOwner = name.endsWith(OWNER) && !names.includes(name.slice(0, -OWNER.length) + LOCK);
      if (!isOwner && !name.endsWith(DEAD)) continue;
      const path = join(this.#directory, name);
      // Somebody else may clean as well.
      const mark = await fs.stat(path).catch(() => undefined);
      if (mark !== undefined && mark.mtimeMs < clock.now() - MARK_AGE) {
        await fs.rm(path, { recursive: true, force: true });
      }
    }
  }

  async #take(file: string): Promise<HeldLock | undefined> {
    const { fs, log } = this.#host;
    const release = await storeIo('lock', file, () => takeLockDirectory(file, log));
    if (release === undefined) return undefined;

    const owner = `${formatTag(this.#own)} ${(await this.#lock(file))?.identity ?? ''}\n`;
    try {
      await storeIo('lock', file, () => fs.writeFile(ownerFile(file), owner));
    } catch (error) {
      await release();
      throw error;
    }
    // Whoever takes a lock over writes the file anew.
    const isHeld = async (): Promise<boolean> => (await this.#ownerText(file)) === owner;
    return {
      assertHeld: async () => {
        if (await isHeld()) return;
        throw new LarderError(
          'E_STORE_LOCKED',
          `Larder lost the lock ${file} because its process was suspended for more than ${STALE / 1000} s; nothing was written, try again.`,
        );
      },
      release: async () => {
        // A lock that was taken over belongs to somebody else: releasing it would let a third one in.
        if (await isHeld()) await release();
      },
    };
  }

  /**
   * Removes the lock of a process that was killed, which would else look alive for {@link STALE}. Of several that wait,
   * the one that makes the directory named after that very lock does it; so nobody removes its successor's.
   */
  async #freeFromDead(file: string): Promise<boolean> {
    const { fs, clock } = this.#host;
    const [owner, lock] = [await this.#owner(file), await this.#lock(file)];
    if (lock === undefined || (owner !== undefined && !isDead(owner.tag, this.#own))) return false;
    // What an owner's file says may be of the lock before: then the holder is about to write it, or was killed just then.
    const isItsOwner = owner?.identity === lock.identity;
    if (!isItsOwner && clock.now() - lock.mtimeMs < TIME_TO_SIGN) return false;
    try {
      await fs.mkdir(`${file}.${lock.identity}${DEAD}`);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return false;
      throw error;
    }
    await fs.rmdir(lockDirectory(file));
    return true;
  }

  async #owner(file: string): Promise<{ tag: ProcessTag; identity: string } | undefined> {
    const [tag = '', identity = ''] = (await this.#ownerText(file)).trimEnd().split(' ');
    const parsed = parseTag(tag);
    return parsed && { tag: parsed, identity };
  }

  /** Empty when nobody has ever held the lock, or its first holder has yet to write the file. */
  #ownerText(file: string): Promise<string> {
    return this.#host.fs.readFile(ownerFile(file), 'utf8').catch(() => '');
  }

  /** The lock directory, if there is one; the system may use an inode number again at once. */
  async #lock(file: string): Promise<{ identity: string; mtimeMs: number } | undefined> {
    try {
      const stat = await this.#host.fs.stat(lockDirectory(file), { bigint: true });
      return { identity: `${stat.ino}-${stat.birthtimeNs}`, mtimeMs: Number(stat.mtimeMs) };
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #locked(file: string, patience: number): Promise<LarderError> {
    const owner = await this.#owner(file);
    const who = owner === undefined ? 'another process' : `process ${owner.tag.pid}`;
    return new LarderError(
      'E_STORE_LOCKED',
      `The store is in use: ${who} has held the lock ${file} for more than ${Math.round(patience / 1000)} s; wait until it has finished, or end it, and try again.`,
    );
  }
}

/** @returns what releases it; undefined when another holds it */
async function takeLockDirectory(file: string, log: Log): Promise<(() => Promise<void>) | undefined> {
  try {
    return await lockfile.lock(file, {
      realpath: false,
      stale: STALE,
      update: STALE / 3,
      onCompromised: () => log.warn(`Another process has taken over the lock ${file}.`),
    });
  } catch (error) {
    if (errnoOf(error) === 'ELOCKED') return undefined;
    throw error;
  }
}

function lockDirectory(file: string): string {
  return file + LOCK;
}

function ownerFile(file: string): string {
  return file + OWNER;
}

function cancelled(name: string, signal: AbortSignal): LarderError {
  return new LarderError('E_CANCELLED', `Waiting for the store's lock ${name} was cancelled.`, signal.reason);
}
