import type { BigIntStats } from 'node:fs';
import { LarderError } from '../../domain/errors.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { readPolicy } from '../../domain/policy/read-policy.ts';
import { quote } from '../../domain/quote.ts';
import type { Host } from '../host.ts';
import { readBounded } from '../read-bounded.ts';
import { errnoOf } from '../store/store-error.ts';
import { containersFile, unreadable } from './containers-files.ts';

/** Hundreds of times what a policy needs. Bytes. */
const LIMIT = 4 << 20;

/** A policy that is in force, and the file that it is from. */
export interface PolicyInForce {
  readonly path: string;
  readonly policy: Policy;
}

/** The policy file, which is read at its first use and again whenever it has changed. */
export class PolicyFile {
  readonly #host: Pick<Host, 'env' | 'fs'>;
  readonly #path: string;
  #known: { readonly state: string; readonly inForce: PolicyInForce } | undefined;

  /** @param path '' for the first that exists of the user's and the system's (containers-policy.json(5), "FILES") */
  constructor(host: Pick<Host, 'env' | 'fs'>, path: string) {
    this.#host = host;
    this.#path = path;
  }

  /**
   * @returns null when there is no policy
   * @throws LarderError E_CONFIG when there is one that cannot be followed, or one was named that is not there
   */
  async read(): Promise<PolicyInForce | null> {
    const path = this.#path === '' ? await containersFile(this.#host, 'policy.json') : this.#path;
    try {
      const state = stateOf(path, await this.#host.fs.stat(path, { bigint: true }));
      if (this.#known?.state === state) return this.#known.inForce;
      const bytes = await readBounded(this.#host, path, LIMIT);
      if (bytes === undefined) throw unreadable(path, `it has more than ${LIMIT} bytes`);
      const inForce = { path, policy: parse(bytes, path) };
      this.#known = { state, inForce };
      return inForce;
    } catch (error) {
      const code = errnoOf(error);
      if (error instanceof LarderError || code === undefined) throw error;
      if (this.#path === '' && (code === 'ENOENT' || code === 'ENOTDIR')) return null;
      throw unreadable(path, `the system answered ${code}`, error);
    }
  }
}

/** A file that was replaced has another inode, one that was written another time or size. */
function stateOf(path: string, { dev, ino, size, mtimeNs }: BigIntStats): string {
  return [path, dev, ino, size, mtimeNs].join();
}

/** @throws LarderError E_CONFIG with the first mistake: nothing is accepted by a policy that may mean something else */
function parse(bytes: Buffer, path: string): Policy {
  const text = bytes.toString();
  const { policy, problems } = readPolicy(text);
  if (policy !== undefined) return policy;
  const [first] = problems;
  if (first === undefined) throw new Error('a policy was refused without a reason');
  const line = text.slice(0, first.span.start).split('\n').length;
  const others = problems.length === 1 ? '' : ` (the first of ${problems.length} mistakes)`;
  throw new LarderError(
    'E_CONFIG',
    `The image policy ${quote(path)} is not valid, so no image is accepted until its line ${line} is corrected${others}: ${first.message}`,
  );
}
