import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import { LarderError } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import { whenAborted } from '../http/abort.ts';
import type { HttpResponse, RequestHeaders } from '../http/message.ts';
import { ATTEMPTS } from '../http/retry.ts';
import type { Store } from '../store/store.ts';
import { BlobDownload } from './blob-download.ts';
import type { DownloadWatch } from './blob-download.ts';
import type { Descriptor } from './descriptor.ts';
import type { Repository } from './endpoint.ts';
import type { RegistryClient } from './registry-client.ts';
import { SharedDownload } from './shared-download.ts';

/** What downloads need of a store. */
export type BlobStore = Pick<Store, 'withLock'> & {
  readonly blobs: Pick<Store['blobs'], 'has' | 'partial' | 'path' | 'put' | 'read'>;
};

/**
 * Brings blobs into the store: a limited number at once, and each only once however many ask, in this process and in others
 * that use the store.
 */
export class BlobDownloads {
  readonly #host: Host;
  readonly #store: BlobStore;
  readonly #registry: RegistryClient;
  readonly #slots: LimitFunction;
  readonly #running = new Map<string, SharedDownload>();

  /** @param atOnce how many blobs are downloaded at a time */
  constructor(host: Host, store: BlobStore, registry: RegistryClient, atOnce: number) {
    this.#host = host;
    this.#store = store;
    this.#registry = registry;
    this.#slots = pLimit(atOnce);
  }

  /**
   * Ends with the blob in the store.
   * @throws LarderError; E_CANCELLED leaves what has come for the next time
   */
  get(repository: Repository, blob: Descriptor, watch: DownloadWatch): Promise<void> {
    // Not by digest alone: one repository may refuse what another gives.
    const key = `${repository.registry}/${repository.repository}@${blob.digest}`;
    const running = this.#running.get(key);
    if (running !== undefined && !running.isAbandoned) return running.join(watch);
    const started = this.#start(key, repository, blob);
    return started.join(watch);
  }

  #start(key: string, repository: Repository, blob: Descriptor): SharedDownload {
    const short = blob.digest.slice(0, 'sha256:'.length + 12);
    const doing = `download the blob ${short} of ${repository.registry}/${repository.repository}`;
    const shared = new SharedDownload(doing, (watch) =>
      this.#inSlot(watch.signal, doing, () => this.#download(repository, blob, doing, watch)),
    );
    this.#running.set(key, shared);
    void shared.settled().then(() => {
      if (this.#running.get(key) === shared) this.#running.delete(key);
    });
    return shared;
  }

  /** A slot is waited for before the lock: what waits for a slot must not keep other processes from the blob. */
  async #inSlot(signal: AbortSignal, doing: string, body: () => Promise<void>): Promise<void> {
    const abort = whenAborted(signal, doing);
    const turn = this.#slots(async () => {
      abort.dispose();
      if (!signal.aborted) await body();
    });
    await Promise.race([turn, abort.promise]);
  }

  #download(repository: Repository, blob: Descriptor, doing: string, watch: DownloadWatch): Promise<void> {
    return this.#store.withLock(`blob-${blob.digest.replace(':', '-')}`, watch.signal, async () => {
      if (await this.#store.blobs.has(blob.digest)) {
        watch.onBytes(blob.size);
        return;
      }
      await this.#throughRoutes(repository, blob, doing, watch);
    });
  }

  /** From one place after the other; what one has sent is continued at the next, and the digest of the whole decides. */
  async #throughRoutes(
    repository: Repository,
    blob: Descriptor,
    doing: string,
    watch: DownloadWatch,
  ): Promise<void> {
    const partial = await this.#store.blobs.partial(blob.digest);
    try {
      for (const route of await this.#registry.blobRoutes(repository)) {
        const open = (headers: RequestHeaders): Promise<HttpResponse> =>
          this.#registry.openBlob(route, blob.digest, { headers, doing, signal: watch.signal });
        const attempts = route.role === 'mirror' ? 1 : ATTEMPTS;
        try {
          await new BlobDownload(this.#host, { open, doing, attempts }, blob, partial, watch).run();
          return;
        } catch (error) {
          const isFinal = route.role === 'source' || watch.signal.aborted || !(error instanceof LarderError);
          if (isFinal) throw error;
          this.#host.log.info(`The mirror ${route.registry} is passed over. ${error.message}`);
          // What one server calls the bytes means nothing to another.
          await partial.setValidator(null);
        }
      }
    } finally {
      await partial.close();
    }
  }
}
