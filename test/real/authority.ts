/** A certificate authority of the tests' own, by openssl. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './parts.ts';

/** The name that the registries are known by in certificates, beside those of loopback. */
export const NAME = 'registry.example';

/** A certificate and its key, as paths of PEM files. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** openssl's usual configuration would add extensions of its own. */
const CONFIG = '[req]\ndistinguished_name = dn\n[dn]\n';

export class Authority {
  /** Its own certificate. */
  readonly certificate: string;
  readonly #directory: string;
  readonly #key: string;

  private constructor(directory: string) {
    this.#directory = directory;
    this.certificate = join(directory, 'ca.crt');
    this.#key = join(directory, 'ca.key');
  }

  static async create(directory: string): Promise<Authority> {
    const authority = new Authority(directory);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'openssl.cnf'), CONFIG);
    await authority.#request('ca', 'Larder tests', 'basicConstraints=critical,CA:TRUE');
    return authority;
  }

  /** Of a server on loopback, which is `registry.example`, too. */
  server(name: string): Promise<Pair> {
    return this.#issue(name, NAME, `subjectAltName=DNS:localhost,DNS:${NAME},IP:127.0.0.1`);
  }

  /** Of somebody who shows it to servers. */
  client(name: string): Promise<Pair> {
    return this.#issue(name, name, 'extendedKeyUsage=clientAuth');
  }

  read(): Promise<string> {
    return readFile(this.certificate, 'utf8');
  }

  async #issue(name: string, subject: string, extension: string): Promise<Pair> {
    const signer = ['-CA', this.certificate, '-CAkey', this.#key];
    await this.#request(name, subject, 'basicConstraints=critical,CA:FALSE', '-addext', extension, ...signer);
    const at = join(this.#directory, name);
    return { certificate: `${at}.crt`, key: `${at}.key` };
  }

  async #request(
    name: string,
    subject: string,
    extension: string,
    ...more: readonly string[]
  ): Promise<void> {
    const at = join(this.#directory, name);
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', `${at}.key`];
    const config = ['-config', join(this.#directory, 'openssl.cnf')];
    const to = ['-days', '2', '-subj', `/CN=${subject}`, '-addext', extension, '-out', `${at}.crt`];
    await run('openssl', 'req', '-x509', ...config, ...key, ...to, ...more);
  }
}
