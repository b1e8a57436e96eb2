import type { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import type { Host, ProgramEnd } from '../host.ts';
import { isRecord } from '../registry/descriptor.ts';
import { errnoOf } from '../store/store-error.ts';
import type { Credential } from './credential.ts';
import { credentialError } from './credential-error.ts';
import { findProgram } from './find-program.ts';

/** A helper may have to ask somebody to unlock a keychain. Milliseconds. */
const TIMEOUT = 30_000;

/** No path, no option, nothing a shell would mind. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** What helpers say, with a failing exit code, when they have nothing (docker-credential-helpers, credentials/error.go). */
const NOT_FOUND = 'credentials not found in native keychain';

/** The user name of what is an identity token. */
const TOKEN_USER = '<token>';

/** What is saved with a helper. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/**
 * A program that keeps credentials: `docker-credential-NAME`, with the action as its argument, the server on its standard input
 * and JSON on its standard output (the protocol of docker-credential-helpers).
 */
export class CredentialHelper {
  readonly #host: Pick<Host, 'fs' | 'run' | 'env'>;
  readonly #platform: NodeJS.Platform;
  readonly #name: string;
  readonly #namedBy: string;

  /**
   * @param platform `process.platform`
   * @param name without `docker-credential-`
   * @param namedBy who says that this helper is to be asked: the path of a file, for messages
   */
  constructor(
    host: Pick<Host, 'fs' | 'run' | 'env'>,
    platform: NodeJS.Platform,
    name: string,
    namedBy: string,
  ) {
    this.#host = host;
    this.#platform = platform;
    this.#name = name;
    this.#namedBy = namedBy;
  }

  /** The program's name, for messages. */
  get program(): string {
    return `docker-credential-${this.#name}`;
  }

  /**
   * @param server as {@link serverAddress}
   * @returns undefined when the helper has none
   * @throws LarderError E_CREDENTIALS; the signal's reason
   */
  async get(server: string, signal?: AbortSignal): Promise<Credential | undefined> {
    const doing = `get the credentials for ${server}`;
    const end = await this.#run('get', server, doing, signal);
    if (isNotFound(end)) return undefined;
    this.#check(end, doing, undefined);
    const credential = parseAnswer(end.stdout);
    if (credential !== 'garbage') return credential;
    throw this.#error(doing, 'answered with something that is no credential', 'run it yourself to see');
  }

  /**
   * Saves a user name and a password.
   * @throws LarderError E_CREDENTIALS; the signal's reason
   */
  async store(server: string, { username, password }: Login, signal?: AbortSignal): Promise<void> {
    const doing = `save the credentials for ${server}`;
    const input = JSON.stringify({ ServerURL: server, Username: username, Secret: password });
    this.#check(await this.#run('store', input, doing, signal), doing, password);
  }

  /**
   * Removes what the helper has for a server.
   * @throws LarderError E_CREDENTIALS; the signal's reason
   */
  async erase(server: string, signal?: AbortSignal): Promise<void> {
    const doing = `remove the credentials for ${server}`;
    const end = await this.#run('erase', server, doing, signal);
    if (!isNotFound(end)) this.#check(end, doing, undefined);
  }

  async #run(action: string, input: string, doing: string, signal?: AbortSignal): Promise<ProgramEnd> {
    const file = await this.#find(doing);
    try {
      return await this.#host.run({ file, args: [action], input, timeout: TIMEOUT, signal });
    } catch (error) {
      signal?.throwIfAborted();
      const code = errnoOf(error);
      if (code === undefined) throw error;
      throw this.#error(doing, `could not be started (${code})`, `check ${file}`);
    }
  }

  async #find(doing: string): Promise<string> {
    if (!NAME.test(this.#name)) {
      throw credentialError(
        doing,
        `${this.#namedBy} names a credential helper ${quote(this.#name)}, which cannot be the name of one`,
        'correct the file',
      );
    }
    const file = await findProgram(this.#host, this.#platform, this.program);
    if (file !== undefined) return file;
    throw this.#error(
      doing,
      'is in no absolute directory of PATH',
      `install it, or remove it from ${this.#namedBy} and sign in again`,
    );
  }

  /** @param secret what the helper was given and must not be heard saying */
  #check(
    { exitCode, timedOut, stdout, stderr }: ProgramEnd,
    doing: string,
    secret: string | undefined,
  ): void {
    const next = 'run it yourself to see, and unlock its keychain';
    if (timedOut) throw this.#error(doing, `did not answer within ${TIMEOUT / 1000} seconds`, next);
    if (exitCode === 0) return;
    const end = exitCode === null ? 'was ended by a signal' : `failed with exit code ${exitCode}`;
    const words = [stderr, stdout].map((text) => firstWords(text, secret)).find((text) => text !== undefined);
    throw this.#error(doing, words === undefined ? end : `${end} and said ${words}`, next);
  }

  #error(doing: string, why: string, next: string): LarderError {
    return credentialError(doing, `${this.program}, which ${this.#namedBy} names, ${why}`, next);
  }
}

function isNotFound({ exitCode, timedOut, stdout, stderr }: ProgramEnd): boolean {
  return exitCode !== 0 && !timedOut && `${stdout}\n${stderr}`.includes(NOT_FOUND);
}

/** The first line that a failed helper said; undefined when it may hold a secret: what it was given, or half an answer. */
function firstWords(text: string, secret: string | undefined): string | undefined {
  const line = text.trim().split(/[\r\n]/)[0] ?? '';
  const spellings =
    secret === undefined || secret === '' ? [] : [secret, JSON.stringify(secret).slice(1, -1)];
  const told = /[{}]|"?secret"?\s*[:=]/i.test(line) || spellings.some((spelling) => text.includes(spelling));
  return line === '' || told ? undefined : quote(line);
}

function parseAnswer(stdout: string): Credential | undefined | 'garbage' {
  const answer = parseJson(stdout);
  if (!isRecord(answer)) return 'garbage';
  const { Username: username = '', Secret: secret = '' } = answer;
  if (typeof username !== 'string' || typeof secret !== 'string') return 'garbage';
  if (username === TOKEN_USER) return secret === '' ? undefined : { kind: 'identity-token', token: secret };
  return username === '' && secret === '' ? undefined : { kind: 'basic', username, password: secret };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Said by the caller, without the parser's words: they quote the answer.
    return undefined;
  }
}
