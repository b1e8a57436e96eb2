/** Somebody with a home directory and an environment of their own, who runs Larder: nothing of whoever runs the tests is in it. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startLarderIn } from './larder.ts';
import type { Finished } from './larder.ts';
import { run } from './parts.ts';
import type { SecretLedger } from './secret-ledger.ts';

/** An image that was pushed, and what is in its one file. */
export interface DeskImage {
  /** `shop/web:1` */
  readonly name: string;
  /** `shop/web` */
  readonly repository: string;
  /** Of its manifest. */
  readonly digest: string;
  /** The path of its one layer below the repository: `blobs/sha256:…` */
  readonly blob: string;
  /** The layer's size in bytes. */
  readonly size: number;
  readonly content: string;
}

/** How a fetch ended. */
export interface Fetched {
  /** Of the error; `ok` when there was none. */
  readonly code: string;
  /** The error's sentence; empty when there was none. */
  readonly message: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  /** More in the environment, of this run alone. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Accepts every image, whatever policy the machine has. */
const ANY_IMAGE = { default: [{ type: 'insecureAcceptAnything' }] };

export class DeskUser {
  readonly home: string;
  readonly #ledger: SecretLedger;

  private constructor(home: string, ledger: SecretLedger) {
    this.home = home;
    this.#ledger = ledger;
  }

  static async create(home: string, ledger: SecretLedger): Promise<DeskUser> {
    const user = new DeskUser(home, ledger);
    for (const name of ['bin', 'run', 'tmp']) await mkdir(join(home, name), { recursive: true });
    ledger.watch(home);
    await user.write('.config/containers/policy.json', ANY_IMAGE);
    // Being there, it stands in the place of the machine's.
    await user.write('.config/containers/registries.conf', '');
    return user;
  }

  get env(): Readonly<Record<string, string>> {
    const at = (name: string): string => join(this.home, name);
    return {
      HOME: this.home,
      PATH: `${at('bin')}:/usr/bin:/bin`,
      XDG_RUNTIME_DIR: at('run'),
      TMPDIR: at('tmp'),
    };
  }

  /** Writes a file of the home directory, which thereby may have secrets; an object as JSON. Its path. */
  async write(name: string, content: string | object): Promise<string> {
    const path = join(this.home, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    this.#ledger.permit(path);
    return path;
  }

  /**
   * Puts a credential helper on PATH: a script of `sh`. It tells on everybody: what it was asked, and the arguments and the
   * environment of itself and of who started it, which are looked through for secrets like all that Larder says.
   * @param body answers; `$1` is the action and `$server` what it was asked about
   */
  async writeHelper(name: string, body: string): Promise<void> {
    const script = [
      '#!/bin/sh',
      'server=$(cat)',
      `printf '%s %s\\n' "$1" "$server" >> '${this.#callsOf(name)}'`,
      `for process in $$ $PPID; do cat /proc/$process/cmdline /proc/$process/environ; done >> '${this.home}/witness'`,
      body,
    ];
    await chmod(await this.write(`bin/docker-credential-${name}`, `${script.join('\n')}\n`), 0o755);
  }

  /** What a helper was asked, one `action server` each. */
  async helperCalls(name: string): Promise<string[]> {
    return (await readFile(this.#callsOf(name), 'utf8')).trimEnd().split('\n');
  }

  #callsOf(name: string): string {
    return join(this.home, `${name}.calls`);
  }

  /** Runs `larder` to its end. */
  async larder(args: readonly string[], { input = '', env = {} }: RunOptions = {}): Promise<Finished> {
    const finished = await startLarderIn({ env: { ...this.env, ...env }, input }, ...args).finished;
    const command = `larder ${args.join(' ')}`;
    this.#ledger.hear('the arguments of larder', command);
    this.#ledger.hear(`the output of ${command}`, finished.stdout);
    this.#ledger.hear(`what ${command} said`, finished.stderr);
    return finished;
  }

  /**
   * Fetches an image, and looks at what came: it is the right one, or there is none.
   * @param host of the registry
   */
  async fetch(
    host: string,
    image: DeskImage,
    flags: readonly string[] = [],
    options?: RunOptions,
  ): Promise<Fetched> {
    return this.#fetch(host, image, image.name, flags, options);
  }

  /** The same by the digest of its manifest. */
  async fetchByDigest(host: string, image: DeskImage, options?: RunOptions): Promise<Fetched> {
    return this.#fetch(host, image, `${image.repository}@${image.digest}`, [], options);
  }

  async #fetch(
    host: string,
    { content }: DeskImage,
    name: string,
    flags: readonly string[],
    options?: RunOptions,
  ): Promise<Fetched> {
    const args = ['fetch', '--json', '--force-fetch', '--platform', 'linux/amd64', ...flags];
    const { code, stdout, stderr } = await this.larder([...args, `docker://${host}/${name}`], options);
    if (stdout === '') return { code: /\[(E_\w+)\]/.exec(stderr)?.[1] ?? 'none', message: stderr, stderr };
    const [result] = JSON.parse(stdout) as [
      {
        readonly imageId: string | null;
        readonly error?: { readonly code: string; readonly message: string };
      },
    ];
    const { imageId, error } = result;
    assert.equal(code, error === undefined ? 0 : 1);
    if (imageId !== null) assert.ok((await this.#contentOf(imageId)) === content, 'it is another image');
    return { code: error?.code ?? 'ok', message: error?.message ?? '', stderr };
  }

  async #contentOf(imageId: string): Promise<string> {
    const directory = imageId.slice('sha512-'.length).slice(0, 2);
    const path = join(this.home, '.local/share/larder/blob/sha512', directory, imageId);
    return run('tar', '-xOf', path, 'rootfs/content');
  }
}
