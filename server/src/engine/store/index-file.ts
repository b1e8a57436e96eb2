import { LarderError } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import { Rounds, applyAll, settle, unusable } from './change.ts';
import type { Change, Job } from './change.ts';
import { moveDurably, writeSynced } from './durable.ts';
import { currentStamp, readIndex, stampOf } from './index-image.ts';
import type { IndexImage } from './index-image.ts';
import type { Layout } from './layout.ts';
import type { HeldLock, Locks } from './lock.ts';
import { rebuild } from './rebuild.ts';
import { SCHEMA_VERSION, migrate } from './schema.ts';
import { scalar } from './sqlite.ts';
import type { Database, Sqlite } from './sqlite.ts';
import { storeIo } from './store-error.ts';
import type { TempFiles } from './temp.ts';

const LOCK = 'index';
/** A write takes some ten milliseconds; whoever waits this long waits for something that hangs. */
const PATIENCE = 30_000;

/**
 * `index.sqlite`. SQLite works on an image of it in memory, so a change is: lock, read again if another process has written,
 * apply, write a new file, rename it into place, unlock.
 */
export class IndexFile {
  readonly #host: Host;
  readonly #layout: Layout;
  readonly #locks: Locks;
  readonly #temp: TempFiles;
  readonly #sqlite: Sqlite;
  readonly #rounds = new Rounds((jobs) => this.#write(jobs));
  #image: IndexImage | undefined;
  /** Stamp of a file whose every page was checked, or that was written here. */
  #sound: string | undefined;

  constructor(host: Host, layout: Layout, locks: Locks, temp: TempFiles, sqlite: Sqlite) {
    this.#host = host;
    this.#layout = layout;
    this.#locks = locks;
    this.#temp = temp;
    this.#sqlite = sqlite;
  }

  /** Reads the index; makes it anew when there is none or it is damaged, and brings it up to date when it is old. */
  async open(): Promise<void> {
    const found = await readIndex(this.#host.fs, this.#layout.index);
    if (found.kind === 'whole' && found.image.version === SCHEMA_VERSION && this.#isSound(found.image)) {
      this.#keep(found.image);
    } else {
      await this.update({ apply: () => undefined });
    }
  }

  /** The last state that was read or written. */
  get image(): IndexImage {
    if (this.#image === undefined) throw new Error('the index is not open');
    return this.#image;
  }

  /** Reads what another process has written since; `true` when there was something. */
  async refresh(): Promise<boolean> {
    const { fs, log } = this.#host;
    const stamp = await currentStamp(fs, this.#layout.index);
    if (stamp === undefined || stamp === this.#image?.stamp) return false;
    const found = await readIndex(fs, this.#layout.index);
    if (found.kind !== 'whole') {
      log.warn(`The index ${this.#layout.index} is ${found.kind}; the next change of the store rebuilds it.`);
      return false;
    }
    this.#keep(found.image);
    return true;
  }

  /**
   * Changes the index; resolves when the change is durable.
   * @throws LarderError E_STORE_LOCKED, E_STORE_IO, E_NO_SPACE, or what the change itself throws
   */
  update(change: Change): Promise<void> {
    return this.#rounds.submit(change);
  }

  /** Waits for the changes that are under way. */
  close(): Promise<void> {
    return this.#rounds.idle();
  }

  async #write(waiting: readonly Job[]): Promise<void> {
    const held = await this.#locks.acquire(LOCK, PATIENCE);
    try {
      const { db, isNew } = await this.#load();
      try {
        const ready = await settle(waiting, (change) => change.before?.());
        const applied = applyAll(db, ready);
        if (isNew || scalar(db, 'SELECT total_changes()') > 0) await this.#persist(db, held);
        const done = await settle(applied, (change) => change.after?.(db));
        for (const job of done) job.resolve();
      } finally {
        db.close();
      }
    } catch (error) {
      if (error instanceof LarderError) throw error;
      // SQLite stumbled over something: the next round checks every page.
      this.#sound = undefined;
      throw unusable(error, this.#layout.index);
    } finally {
      await held.release();
    }
  }

  /** The database as it is on disk now, or made anew from what the store holds. */
  async #load(): Promise<{ db: Database; isNew: boolean }> {
    const path = this.#layout.index;
    const stamp = await currentStamp(this.#host.fs, path);
    if (this.#image !== undefined && stamp === this.#image.stamp && stamp === this.#sound) {
      return this.#copy(this.#image);
    }
    const found = await readIndex(this.#host.fs, path);
    if (found.kind === 'whole' && (this.#sound !== undefined || this.#isSound(found.image))) {
      this.#keep(found.image);
      return this.#copy(found.image);
    }
    if (found.kind !== 'missing') await this.#setAside();
    return { db: await this.#rebuild(), isNew: true };
  }

  #copy({ bytes, version }: IndexImage): { db: Database; isNew: boolean } {
    // SQLite would write into the bytes that views still read.
    const db = new this.#sqlite.Database(new Uint8Array(bytes));
    migrate(db, version);
    return { db, isNew: version !== SCHEMA_VERSION };
  }

  async #setAside(): Promise<void> {
    const { clock, log } = this.#host;
    const path = this.#layout.index;
    const aside = `${path}.corrupt-${new Date(clock.now()).toISOString().replaceAll(/[-:.]/g, '')}`;
    await storeIo('write', aside, () => moveDurably(this.#host, path, aside));
    log.warn(`The index ${path} was damaged; it was set aside as ${aside} and is rebuilt.`);
  }

  async #rebuild(): Promise<Database> {
    const { clock, log } = this.#host;
    const db = new this.#sqlite.Database();
    migrate(db, 0);
    const images = await storeIo('read', this.#layout.manifests, () => rebuild(this.#host, this.#layout, db));
    // Whoever knows the lost index by its generation must see that this is another: no index was changed every millisecond.
    db.run("UPDATE meta SET value = ? WHERE key = 'generation'", [clock.now()]);
    if (images > 0) log.warn(`The index ${this.#layout.index} was rebuilt; it has ${images} images.`);
    return db;
  }

  #isSound(image: IndexImage): boolean {
    const db = new this.#sqlite.Database(image.bytes);
    try {
      return db.exec('PRAGMA quick_check')[0]?.values[0]?.[0] === 'ok';
    } catch (error) {
      this.#host.log.debug(`quick_check of ${this.#layout.index} failed: ${String(error)}`);
      return false;
    } finally {
      db.close();
    }
  }

  async #persist(db: Database, held: HeldLock): Promise<void> {
    db.run("UPDATE meta SET value = value + 1 WHERE key = 'generation'");
    const { buffer, byteOffset, byteLength } = db.export();
    const bytes = Buffer.from(buffer, byteOffset, byteLength);
    const temp = await this.#temp.create('.sqlite');
    await storeIo('write', this.#layout.index, async () => {
      try {
        const stat = await writeSynced(this.#host, temp, bytes);
        await held.assertHeld();
        await moveDurably(this.#host, temp, this.#layout.index);
        this.#keep({ bytes, version: SCHEMA_VERSION, stamp: stampOf(stat) });
      } catch (error) {
        await this.#host.fs.rm(temp, { force: true });
        throw error;
      }
    });
  }

  #keep(image: IndexImage): void {
    this.#image = image;
    this.#sound = image.stamp;
  }
}
