import { join } from 'node:path';
import { LarderError } from '../../domain/errors.ts';
import { isPodUuid } from '../../domain/pod/prepared-pod.ts';
import type { PreparedPod } from '../../domain/pod/prepared-pod.ts';
import { quote } from '../../domain/quote.ts';
import type { Host } from '../host.ts';
import { moveDurably, syncDirectory, writeSynced } from '../store/durable.ts';
import { Layout } from '../store/layout.ts';
import { removeTree } from '../store/remove-tree.ts';
import { errnoOf, storeIo } from '../store/store-error.ts';
import type { Store } from '../store/store.ts';

/** The reified PodManifest, under rkt's name for it. */
const MANIFEST = 'pod';
const RECORD = 'pod.json';

/** The prepared pods of a store: `pods/prepared/UUID/`. A pod is there whole, or not at all. */
export class Pods {
  readonly #host: Host;
  readonly #layout: Layout;

  /** @param root absolute path of the store */
  constructor(host: Host, root: string) {
    this.#host = host;
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

  /**
   * Keeps a pod; it is durable when this resolves.
   * @param manifest the reified PodManifest, JSON text
   */
  async write(store: Pick<Store, 'tempDirectory'>, pod: PreparedPod, manifest: string): Promise<string> {
    const path = this.path(pod.uuid);
    const temp = await store.tempDirectory('.pod');
    try {
      await storeIo('write', temp, async () => {
        await writeSynced(this.#host, join(temp, MANIFEST), manifest);
        await writeSynced(this.#host, join(temp, RECORD), `${JSON.stringify(pod, null, 2)}\n`);
        await syncDirectory(this.#host.fs, temp);
        await moveDurably(this.#host, temp, path);
      });
    } catch (error) {
      await removeTree(this.#host.fs, temp);
      throw error;
    }
    return path;
  }

  /**
   * All prepared pods, the newest first.
   * @throws LarderError E_STORE_CORRUPT for one whose record cannot be read: nobody knows what it uses
   */
  async list(): Promise<readonly PreparedPod[]> {
    const directory = this.#layout.prepared;
    const names = await storeIo('read', directory, async () => {
      try {
        return await this.#host.fs.readdir(directory);
      } catch (error) {
        // A store that nobody has written to.
        if (errnoOf(error) === 'ENOENT') return [];
        throw error;
      }
    });
    const found = await Promise.all(names.filter(isPodUuid).map((uuid) => this.#find(uuid)));
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
    if (text === undefined) throw notFound(uuid);
    return text;
  }

  /**
   * Removes a pod; the trees and images that it used stay, until nobody else needs them and garbage is collected.
   * @throws LarderError E_NOT_FOUND
   */
  async remove(uuid: string, store: Pick<Store, 'tempDirectory'>): Promise<void> {
    const path = this.path(uuid);
    const temp = await store.tempDirectory('.pod');
    try {
      await storeIo('remove', path, () => moveDurably(this.#host, path, join(temp, uuid)));
    } catch (error) {
      if (error instanceof LarderError && errnoOf(error.cause) === 'ENOENT') throw notFound(uuid);
      throw error;
    } finally {
      await removeTree(this.#host.fs, temp);
    }
  }

  /** Undefined for one that was removed meanwhile. */
  async #find(uuid: string): Promise<PreparedPod | undefined> {
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

  async #read(uuid: string, name: string): Promise<string | undefined> {
    const path = join(this.path(uuid), name);
    return storeIo('read', path, async () => {
      try {
        return await this.#host.fs.readFile(path, 'utf8');
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    });
  }
}

function notFound(uuid: string): LarderError {
  return new LarderError(
    'E_NOT_FOUND',
    `There is no prepared pod ${uuid}; larder pod list shows those that are.`,
  );
}
