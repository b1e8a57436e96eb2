import { join } from 'node:path';
import { LarderError } from '../../domain/errors.ts';
import type { PreparedPod } from '../../domain/pod/prepared-pod.ts';
import type { Host } from '../host.ts';
import { moveDurably, syncDirectory, writeSynced } from '../store/durable.ts';
import { removeTree } from '../store/remove-tree.ts';
import { errnoOf, storeIo } from '../store/store-error.ts';
import type { Store } from '../store/store.ts';
import { MANIFEST, podNotFound, PodReader, RECORD } from './pod-reader.ts';

/** The prepared pods of a store. A pod is there whole, or not at all. */
export class Pods extends PodReader {
  readonly #host: Host;

  /** @param root absolute path of the store */
  constructor(host: Host, root: string) {
    super(host, root);
    this.#host = host;
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
   * Removes a pod; the trees and images that it used stay, until nobody else needs them and garbage is collected.
   * @throws LarderError E_NOT_FOUND
   */
  async remove(uuid: string, store: Pick<Store, 'tempDirectory'>): Promise<void> {
    const path = this.path(uuid);
    const temp = await store.tempDirectory('.pod');
    try {
      await storeIo('remove', path, () => moveDurably(this.#host, path, join(temp, uuid)));
    } catch (error) {
      if (error instanceof LarderError && errnoOf(error.cause) === 'ENOENT') throw podNotFound(uuid);
      throw error;
    } finally {
      await removeTree(this.#host.fs, temp);
    }
  }
}
