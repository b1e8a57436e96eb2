import { LarderError } from '../../domain/errors.ts';
import type { Database } from './sqlite.ts';

/** One change of the index. All of it happens while no other process changes anything. */
export interface Change {
  /** Puts files in place before a row tells of them. */
  before?(): Promise<void>;
  /** Changes rows. What it throws undoes its own changes, and no other's of the same round. */
  apply(db: Database): void;
  /** Removes files when no row tells of them any more; `db` is as it was written. */
  after?(db: Database): Promise<void>;
}

/** A change that somebody waits for. */
export interface Job {
  readonly change: Change;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Collects changes: those that arrive while a round is being written go together into the next. */
export class Rounds {
  readonly #write: (jobs: readonly Job[]) => Promise<void>;
  #waiting: Job[] = [];
  #running: Promise<void> | undefined;

  /** @param write writes one round; when it throws, every job of the round fails */
  constructor(write: (jobs: readonly Job[]) => Promise<void>) {
    this.#write = write;
  }

  /** Resolves when the change is durable. */
  submit(change: Change): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      this.#running ??= this.#run().finally(() => (this.#running = undefined));
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const jobs = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(jobs);
      } catch (error) {
        for (const job of jobs) job.reject(error);
      }
    }
  }
}

/** Does one step of each job; one that fails is rejected and left out of the jobs returned. */
export async function settle(
  jobs: readonly Job[],
  step: (change: Change) => Promise<void> | undefined,
): Promise<Job[]> {
  const done: Job[] = [];
  for (const job of jobs) {
    try {
      await step(job.change);
      done.push(job);
    } catch (error) {
      job.reject(error);
    }
  }
  return done;
}

/**
 * Applies the jobs' changes in one transaction; one that fails is undone, rejected and left out of the jobs returned.
 * @throws what SQLite throws, which is no single change's fault
 */
export function applyAll(db: Database, jobs: readonly Job[]): Job[] {
  const applied: Job[] = [];
  db.run('BEGIN');
  for (const job of jobs) {
    db.run('SAVEPOINT job');
    try {
      job.change.apply(db);
      applied.push(job);
    } catch (error) {
      if (!(error instanceof LarderError)) throw error;
      db.run('ROLLBACK TO job');
      job.reject(error);
    }
    db.run('RELEASE job');
  }
  db.run('COMMIT');
  return applied;
}

/** What SQLite itself throws, as a sentence. */
export function unusable(error: unknown, index: string): LarderError {
  const reason = error instanceof Error ? error.message : String(error);
  return new LarderError(
    'E_STORE_CORRUPT',
    `The index ${index} cannot be used (${reason}); fetch an image, by which it is checked and, if it is damaged, rebuilt.`,
    error,
  );
}
