/** Which places skopeo asks for an image, by its own account: the other side of the comparison with Larder's routes. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { run } from './parts.ts';

/** What skopeo did with an image. */
export interface Asked {
  /** `blocked` and `refused` (its configuration is wrong): then nobody is asked. */
  readonly decision: 'asked' | 'blocked' | 'refused';
  /** The places, in order: the names of images, and whether plain http would have done. */
  readonly places: readonly { readonly name: string; readonly insecure: boolean }[];
  /** The digest of the image, from the first place that had it. */
  readonly digest: string | undefined;
}

/** skopeo with a home of its own. Hosts that are not of this machine cannot be reached, and their names are not looked up. */
export class Skopeo {
  readonly #containers: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(home: string) {
    this.#containers = join(home, '.config/containers');
    const nowhere = 'http://127.0.0.1:1';
    this.#env = { ...process.env, HOME: home, HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, NO_PROXY: '' };
  }

  static async open(home: string): Promise<Skopeo> {
    await run('skopeo', '--version');
    const skopeo = new Skopeo(home);
    await mkdir(join(skopeo.#containers, 'registries.conf.d'), { recursive: true });
    return skopeo;
  }

  /** The user's configuration, where the machine's is left out. */
  get place() {
    return {
      file: join(this.#containers, 'registries.conf'),
      dropIns: join(this.#containers, 'registries.conf.d'),
    };
  }

  async configure(text: string): Promise<void> {
    await writeFile(this.place.file, text);
  }

  async ask(image: string): Promise<Asked> {
    const args = ['--debug', 'inspect', '--no-tags', '--format', '{{.Digest}}', `docker://${image}`];
    const { stdout, stderr } = await promisify(execFile)('skopeo', args, { env: this.#env }).catch(
      (error: unknown) => error as { stdout: string; stderr: string },
    );
    const accounts = stderr.split('Trying to access \\"').slice(1);
    // It finds out that a place is blocked only when it is about to ask it.
    const open = accounts.filter((account) => !/level=debug msg="Accessing .* is blocked in /.test(account));
    return {
      decision: accounts.length === 0 ? 'refused' : open.length === 0 ? 'blocked' : 'asked',
      places: open.map((account) => ({
        name: account.slice(0, account.indexOf('\\"')),
        insecure: account.includes('GET http://'),
      })),
      digest: stdout.trim() || undefined,
    };
  }
}
