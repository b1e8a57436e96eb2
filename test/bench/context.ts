/** What all cases of a run share: a directory, the real registry, and a way to say what goes on. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startRegistry } from '../real/parts.ts';
import { hasImage, pushImage } from './images.ts';
import type { ImageShape } from './images.ts';

export const ROOT = join(import.meta.dirname, '../..');
/** The peers, and images that took long to make: kept from run to run. */
const KEPT = join(ROOT, '.bench');

export const LARDER_SERVER = join(ROOT, 'dist/server.js');
export const LARDER = join(ROOT, 'dist/larder.js');
export const YAML_SERVER = join(KEPT, 'node_modules/yaml-language-server/out/src/server.js');

export class Bench implements AsyncDisposable {
  readonly #cleanup = new AsyncDisposableStack();
  readonly #directory: string;
  #registry: Promise<string> | undefined;

  private constructor(directory: string) {
    this.#directory = directory;
    this.#cleanup.defer(() => rm(directory, { recursive: true, force: true }));
  }

  static async start(): Promise<Bench> {
    await mkdir(KEPT, { recursive: true });
    // Beside the registry's files: whoever copies an image reads and writes one disk.
    return new Bench(await mkdtemp(join(KEPT, 'run-')));
  }

  /** A new directory, gone when the run ends. */
  directory(): Promise<string> {
    return mkdtemp(join(this.#directory, 'd'));
  }

  note(words: string): void {
    process.stderr.write(`${words}\n`);
  }

  /** Has an image of that shape in Debian's docker-registry; returns `127.0.0.1:PORT/NAME:TAG`. */
  async image(shape: ImageShape): Promise<string> {
    this.#registry ??= this.#startRegistry();
    const host = await this.#registry;
    if (!(await hasImage(host, shape))) {
      this.note(`  making the image ${shape.name}`);
      await pushImage(host, shape, await this.directory());
    }
    return `${host}/${shape.name}:${shape.tag}`;
  }

  async #startRegistry(): Promise<string> {
    const directory = join(KEPT, 'registry');
    // A log of another run tells the port of that run.
    await rm(join(directory, 'registry.log'), { force: true });
    const registry = await startRegistry(directory);
    this.#cleanup.defer(() => registry.close());
    return registry.host;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup.disposeAsync();
  }
}
