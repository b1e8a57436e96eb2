import { join } from 'node:path';
import { LarderError } from '../../domain/errors.ts';
import { isPodUuid } from '../../domain/pod/prepared-pod.ts';
import type { PreparedPod } from '../../domain/pod/prepared-pod.ts';
import { quote } from '../../domain/quote.ts';
import type { Host } from '../host.ts';
import { Layout } from '../store/layout.ts';
import { errnoOf, storeIo } from '../store/store-error.ts';

/** The reified PodManifest, under rkt's name for it. */
export const MANIFEST = 'pod';
export const RECORD = 'pod.json';

/** The prepared pods of a store, `pods/prepared/UUID/`, for who only looks at them. */
export class PodReader {
  readonly #fs: Host['fs'];
  readonly #layout: Layout;

  /** @param root absolute path of the store */
  constructor({ fs }: Pick<Host, 'fs'>, root: string) {
    this.#fs = fs;
    this.#layout = new Layout(root);
  }

  /** The directory of a pod, whether it is there or not. */
  path(uuid: string): string {
    if (isPodUuid(uuid)) return join(this.#layout.prepared, uuid);
    throw new LarderError(
      'E_REF',
      `${quote(uuid)} is not the UUID of a pod; larder pod list shows those that are prepared.`,
    );
  }

  /** All prepared pods, and the UUIDs of those whose records cannot be read. */
  async readAll(): Promise<{ pods: readonly PreparedPod[]; unreadable: readonly string[] }> {
    const found: PreparedPod[] = [];
    const unreadable: string[] = [];
    for (const uuid of await this.#uuids()) {
      try {
        const pod = await this.find(uuid);
        if (pod !== undefined) found.push(pod);
      } catch (error) {
        if (!(error instanceof LarderError) || error.code !== 'E_STORE_CORRUPT') throw error;
        unreadable.push(uuid);
      }
    }
    return { pods: found, unreadable };
  }

  /**
   * All prepared pods, the newest first.
   * @throws LarderError E_STORE_CORRUPT for one whose record cannot be read: nobody knows what it uses
   */
  async list(): Promise<readonly PreparedPod[]> {
    const found = await Promise.all((await this.#uuids()).map((uuid) => this.find(uuid)));
    return found
      .filter((pod) => pod !== undefined)
      .sort((one, other) => other.createdAt - one.createdAt || (one.uuid < other.uuid ? -1 : 1));
  }

  /**
   * The reified PodManifest of a pod, JSON text.
   * @throws LarderError E_NOT_FOUND
   */
  async manifest(uuid: string): Promise<string> {
    const text = await this.#read(uuid, MANIFEST);
    if (text === undefined) throw podNotFound(uuid);
    return text;
  }

  /**
   * What is kept of a pod; undefined when it is not there (any more).
   * @throws LarderError E_STORE_CORRUPT
   */
  async find(uuid: string): Promise<PreparedPod | undefined> {
    const text = await this.#read(uuid, RECORD);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as PreparedPod;
    } catch (error) {
      const path = join(this.path(uuid), RECORD);
      throw new LarderError(
        'E_STORE_CORRUPT',
        `The prepared pod ${path} cannot be read, so nobody knows which images it uses; remove it with: larder pod rm ${uuid}.`,
        error,
      );
    }
  }

  async #uuids(): Promise<readonly string[]> {
    const directory = this.#layout.prepared;
    const names = await storeIo('read', directory, async () => {
      try {
        return await this.#fs.readdir(directory);
      } catch (error) {
        // A store that nobody has written to.
        if (errnoOf(error) === 'ENOENT') return [];
        throw error;
      }
    });
    return names.filter(isPodUuid);
  }

  async #read(uuid: string, name: string): Promise<string | undefined> {
    const path = join(this.path(uuid), name);
    return storeIo('read', path, async () => {
      try {
        return await this.#fs.readFile(path, 'utf8');
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    });
  }
}

/** There is no pod of this UUID. */
export function podNotFound(uuid: string): LarderError {
  return new LarderError(
    'E_NOT_FOUND',
    `There is no prepared pod ${uuid}; larder pod list shows those that are.`,
  );
}
