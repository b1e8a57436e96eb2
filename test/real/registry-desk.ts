/**
 * What the suites of awkward registries share: real registries over the same images, people with homes of their own, and the
 * account of what is secret, which is settled at the end.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archive, sha256 } from '../engine/aci/archives.ts';
import { DeskUser } from './desk-user.ts';
import type { DeskImage } from './desk-user.ts';
import { writeLayout } from './oci-layout.ts';
import { run, startRegistry } from './parts.ts';
import type { RealRegistry, RegistryOptions } from './parts.ts';
import { SecretLedger } from './secret-ledger.ts';

/** Who may use the registries that ask. A password with all that is special somewhere: in URLs, JSON, Basic and ASCII. */
export const CARLY = { username: 'carly', password: '0pen:Sésame?17&half' } as const;
/** The same for `auth.htpasswd`, with bcrypt's lowest cost. */
export const HTPASSWD = `${CARLY.username}:$2b$04$5Q1k8rb1m3GLf18QBPiJgeorDP.SM11uW0DGkoiYVbgOuXFgc5ds2\n`;
/** A password that nobody has. */
export const WRONG = 'wr0ng:Sésame?18&half';

export class RegistryDesk {
  readonly directory: string;
  readonly ledger = new SecretLedger();
  readonly #cleanup: AsyncDisposableStack;
  readonly #open: RealRegistry;
  #number = 0;

  private constructor(directory: string, cleanup: AsyncDisposableStack, open: RealRegistry) {
    this.directory = directory;
    this.#cleanup = cleanup;
    this.#open = open;
    this.ledger.keep('the password of carly', CARLY.password);
    this.ledger.keep('the login of carly', `${CARLY.username}:${CARLY.password}`);
    this.ledger.keep('a wrong password', WRONG);
  }

  /** @param theme a word for its directory */
  static async open(theme: string): Promise<RegistryDesk> {
    await using cleanup = new AsyncDisposableStack();
    const directory = await mkdtemp(join(tmpdir(), `larder-${theme}-`));
    cleanup.defer(() => rm(directory, { recursive: true }));
    const open = cleanup.adopt(await startRegistry(join(directory, 'open')), (it) => it.close());
    return new RegistryDesk(directory, cleanup.move(), open);
  }

  /** `127.0.0.1:PORT` of the registry that gives everything to everybody. */
  get openHost(): string {
    return this.#open.host;
  }

  /** Another registry with the same images, unless it is told of other storage. */
  async registry(options: RegistryOptions = {}): Promise<RealRegistry> {
    const storage = join(this.directory, 'open', 'storage');
    return this.adopt(await startRegistry(this.path('registry'), { storage, ...options }));
  }

  /** Something that ends with the desk. */
  adopt<T extends { close(): Promise<void> }>(it: T): T {
    return this.#cleanup.adopt(it, () => it.close());
  }

  /** A path that nobody else has. */
  path(name: string): string {
    return join(this.directory, `${name}-${this.#number++}`);
  }

  user(): Promise<DeskUser> {
    return DeskUser.create(this.path('home'), this.ledger);
  }

  /**
   * Pushes an image of one layer.
   * @param name `REPOSITORY:TAG`
   * @param length of the text in it, which hardly shrinks
   */
  async push(name: string, length = 4000): Promise<DeskImage> {
    const content = randomBytes(length / 2).toString('base64url');
    const { layout, layers } = await writeLayout(this.path('layout'), [
      archive([{ name: 'content' }, content]),
    ]);
    const target = `docker://${this.openHost}/${name}`;
    await run(
      'skopeo',
      'copy',
      '--quiet',
      '--insecure-policy',
      '--dest-tls-verify=false',
      `oci:${layout}`,
      target,
    );
    const manifest = await run('skopeo', 'inspect', '--raw', '--tls-verify=false', target);
    const { layers: blobs } = JSON.parse(manifest) as { layers: [{ size: number }] };
    const [repository = ''] = name.split(':');
    const digest = sha256(Buffer.from(manifest));
    return {
      name,
      repository,
      digest,
      blob: `blobs/${layers[0]?.digest ?? ''}`,
      size: blobs[0].size,
      content,
    };
  }

  /** Ends everything, after a last look at what was said and written. */
  async close(): Promise<void> {
    try {
      assert.ok(this.ledger.size > 0, 'nothing was heard');
      assert.deepEqual(await this.ledger.findings(), []);
    } finally {
      await this.#cleanup.disposeAsync();
    }
  }
}
