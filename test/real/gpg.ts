/** gpg with a home directory of its own: never the keys of whoever runs the tests. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './parts.ts';

/** What gpg says of a signature, in the words of its status lines (gnupg's doc/DETAILS). */
export type Verdict = 'GOODSIG' | 'BADSIG' | 'EXPSIG' | 'EXPKEYSIG' | 'REVKEYSIG' | 'ERRSIG';

export class Gpg {
  /** What GNUPGHOME is for others that use these keys. */
  readonly home: string;

  private constructor(home: string) {
    this.home = home;
  }

  static async open(directory: string): Promise<Gpg> {
    const home = join(directory, 'gnupg');
    await mkdir(home, { mode: 0o700 });
    return new Gpg(home);
  }

  /**
   * Makes a key that can sign.
   * @param date when, as gpg writes it: `20250101T000000`; now where there is none
   * @returns its fingerprint, in lower case
   */
  async key(name: string, algorithm: string, { expires = 'never', date = '' } = {}): Promise<string> {
    await this.#run(
      ...fakedTime(date),
      '--quick-gen-key',
      `${name} <${name}@example.com>`,
      algorithm,
      'sign',
      expires,
    );
    const listing = await this.#run('--with-colons', '--fingerprint', `${name}@example.com`);
    return (/^fpr:+([0-9A-F]{40}):/m.exec(listing)?.[1] ?? '').toLowerCase();
  }

  /** Gives a key a subkey, which then signs for it. */
  async addSubkey(fingerprint: string, algorithm: string): Promise<void> {
    await this.#run('--quick-add-key', fingerprint, algorithm, 'sign', 'never');
  }

  /** Revokes a key with the certificate that gpg made for it beforehand. */
  async revoke(fingerprint: string): Promise<void> {
    const stored = join(this.home, 'openpgp-revocs.d', `${fingerprint.toUpperCase()}.rev`);
    const certificate = `${stored}.asc`;
    // gpg keeps it from being used by accident.
    await writeFile(certificate, (await readFile(stored, 'utf8')).replace(':-----BEGIN', '-----BEGIN'));
    await this.#run('--import', certificate);
  }

  /** Writes a detached signature beside a file. */
  async sign(
    file: string,
    signature: string,
    fingerprints: readonly string[],
    { date = '', options = [] as readonly string[] } = {},
  ): Promise<void> {
    const users = fingerprints.flatMap((fingerprint) => ['--local-user', fingerprint]);
    await this.#run(...fakedTime(date), ...options, ...users, '--output', signature, '--detach-sign', file);
  }

  /** Writes a message that holds the content of a file and its signatures. */
  async signMessage(
    file: string,
    message: string,
    fingerprints: readonly string[],
    { date = '', options = [] as readonly string[] } = {},
  ): Promise<void> {
    const users = fingerprints.flatMap((fingerprint) => ['--local-user', fingerprint]);
    await this.#run(...fakedTime(date), ...options, ...users, '--output', message, '--sign', file);
  }

  /** The armored public key. */
  export(fingerprint: string): Promise<string> {
    return this.#run('--armor', '--export', fingerprint);
  }

  /** What gpg says of each signature of a file, with all keys that it has. */
  async verify(signature: string, file: string): Promise<Verdict[]> {
    // A bad signature makes gpg fail, and what it says of it is then in what it wrote.
    const status = `${signature}.status`;
    await this.#run('--status-file', status, '--verify', signature, file).catch(() => undefined);
    const lines = await readFile(status, 'utf8');
    return Array.from(lines.matchAll(/^\[GNUPG:\] (\w+SIG) /gm), ([, word]) => word as Verdict).filter(
      (word) => /^(?:GOOD|BAD|EXP|EXPKEY|REVKEY|ERR)SIG$/.test(word),
    );
  }

  /** Ends its agent. */
  async close(): Promise<void> {
    await run('gpgconf', '--homedir', this.home, '--kill', 'all');
  }

  #run(...args: readonly string[]): Promise<string> {
    const unattended = ['--batch', '--quiet', '--yes', '--passphrase', '', '--pinentry-mode', 'loopback'];
    return run('gpg', '--homedir', this.home, ...unattended, ...args);
  }
}

function fakedTime(date: string): readonly string[] {
  return date === '' ? [] : ['--faked-system-time', `${date}!`];
}
