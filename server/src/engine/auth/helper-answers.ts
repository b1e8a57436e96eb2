import { whenAborted } from '../http/abort.ts';
import type { Host } from '../host.ts';
import { canonicalHost } from './registry-keys.ts';
import type { Credential, FoundCredential } from './credential.ts';
import { CredentialHelper } from './credential-helper.ts';

/** Which helper is asked about what, and on whose word. */
export interface HelperQuestion {
  readonly registry: string;
  /** Without `docker-credential-`. */
  readonly helper: string;
  /** The registry as the helper knows it. */
  readonly server: string;
  /** The path of the file that names the helper. */
  readonly namedBy: string;
}

/**
 * What helpers have answered, so that each is asked once about a registry: it may take seconds, and may ask somebody for a
 * password. A failure is not kept: whoever mends its cause need not start anew.
 */
export class HelperAnswers {
  readonly #host: Pick<Host, 'fs' | 'run' | 'env'>;
  readonly #platform: NodeJS.Platform;
  /** By registry, then by question. */
  readonly #known = new Map<string, Map<string, Promise<Credential | undefined>>>();

  /** @param platform `process.platform` */
  constructor(host: Pick<Host, 'fs' | 'run' | 'env'>, platform: NodeJS.Platform) {
    this.#host = host;
    this.#platform = platform;
  }

  /**
   * @returns undefined when the helper has nothing for it
   * @throws LarderError E_CREDENTIALS; E_CANCELLED when the signal aborts
   */
  async find(
    question: HelperQuestion,
    signal: AbortSignal | undefined,
  ): Promise<FoundCredential | undefined> {
    const answer = this.#answer(question);
    const credential = await (signal === undefined ? answer : patiently(answer, question.registry, signal));
    const origin = `docker-credential-${question.helper}, which ${question.namedBy} names`;
    return credential && { credential, origin };
  }

  /** The next question about a registry is asked anew. */
  forget(registry: string): void {
    this.#known.delete(canonicalHost(registry));
  }

  #answer({ registry, helper, server, namedBy }: HelperQuestion): Promise<Credential | undefined> {
    const host = canonicalHost(registry);
    const answers = this.#known.get(host) ?? new Map<string, Promise<Credential | undefined>>();
    this.#known.set(host, answers);
    const key = `${helper} ${server}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = new CredentialHelper(this.#host, this.#platform, helper, namedBy).get(server);
    answers.set(key, answer);
    answer.catch(() => {
      if (answers.get(key) === answer) answers.delete(key);
    });
    return answer;
  }
}

/** Others may wait for the same answer, so the helper is not stopped when one of them no longer does. */
async function patiently<T>(answer: Promise<T>, registry: string, signal: AbortSignal): Promise<T> {
  const abort = whenAborted(signal, `get the credentials for ${registry}`);
  try {
    return await Promise.race([answer, abort.promise]);
  } finally {
    abort.dispose();
  }
}
