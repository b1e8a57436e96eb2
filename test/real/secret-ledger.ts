/**
 * What a suite keeps secret, and all that was said and written while it ran: none of the one may be found in the other, in no
 * spelling.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One way to write a secret down. */
interface Spelling {
  /** `the password of carly, in base64` */
  readonly what: string;
  readonly bytes: Buffer;
}

export class SecretLedger {
  readonly #spellings: Spelling[] = [];
  readonly #heard: { readonly where: string; readonly bytes: Buffer }[] = [];
  readonly #roots: string[] = [];
  readonly #known = new Set<string>();

  /**
   * From now on nobody may say it.
   * @param what `the password of carly`
   */
  keep(what: string, secret: string): void {
    const bytes = Buffer.from(secret);
    // Without its padding base64 is found in the middle of more, where three bytes are four letters.
    const shift = (before: string): string =>
      Buffer.from(before + secret)
        .toString('base64')
        .slice(before.length === 0 ? 0 : before.length + 1)
        .replace(/.{0,2}=*$/, '');
    const ways: Readonly<Record<string, string>> = {
      'as it is': secret,
      'in JSON': JSON.stringify(secret).slice(1, -1),
      'in a URL': encodeURIComponent(secret),
      'in a form': new URLSearchParams({ '': secret }).toString().slice(1),
      'in base64': shift(''),
      'in base64 after a byte': shift('x'),
      'in base64 after two bytes': shift('xx'),
      'in base64url': bytes.toString('base64url'),
      'in hexadecimal': bytes.toString('hex'),
    };
    const texts = new Map(Object.entries(ways).map(([way, text]) => [text, way]));
    for (const [text, way] of texts) {
      this.#spellings.push({ what: `${what}, ${way}`, bytes: Buffer.from(text) });
    }
  }

  /** Somebody said something. */
  hear(where: string, said: string | Buffer): void {
    this.#heard.push({ where, bytes: Buffer.from(said) });
  }

  /** All files below a directory are looked into at the end. */
  watch(directory: string): void {
    this.#roots.push(directory);
  }

  /** A file that may have secrets: somebody was told to put them there. */
  permit(path: string): void {
    this.#known.add(path);
  }

  /** How much was heard, for tests that would else look into nothing. */
  get size(): number {
    return this.#heard.length;
  }

  /** Where which secret was found; empty when all is well. */
  async findings(): Promise<string[]> {
    const files: { where: string; bytes: Buffer }[] = [];
    for (const root of this.#roots) {
      for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        // Its own name is something that was written, too.
        files.push({ where: 'the name of a file', bytes: Buffer.from(path) });
        if (entry.isFile() && !this.#known.has(path))
          files.push({ where: path, bytes: await readFile(path) });
      }
    }
    return [...this.#heard, ...files].flatMap(({ where, bytes }) =>
      this.#spellings
        .filter((spelling) => bytes.includes(spelling.bytes))
        .map(({ what }) => `${what}: ${where}`),
    );
  }
}
