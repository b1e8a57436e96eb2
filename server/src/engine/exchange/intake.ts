import { hashFor } from '../registry/digest.ts';
import type { Host } from '../host.ts';
import type { PartialBlob } from '../store/partial.ts';
import type { Store } from '../store/store.ts';
import type { ArchivedLayer } from './archived-image.ts';
import { readExtent } from './extent.ts';
import type { RefuseArchive } from './members.ts';

/** Layers on their way from an archive into the store: none is there for others before all of the image is found good. */
export class Intake {
  readonly #host: Pick<Host, 'fs'>;
  readonly #blobs: Pick<Store['blobs'], 'has' | 'path' | 'partial'>;
  readonly #refuse: RefuseArchive;
  readonly #taken = new Map<string, string>();
  readonly #open: PartialBlob[] = [];

  constructor(
    host: Pick<Host, 'fs'>,
    blobs: Pick<Store['blobs'], 'has' | 'path' | 'partial'>,
    refuse: RefuseArchive,
  ) {
    this.#host = host;
    this.#blobs = blobs;
    this.#refuse = refuse;
  }

  /**
   * Takes a layer.
   * @returns the path of its bytes, which have its digest
   * @throws LarderError E_SIZE, E_DIGEST, E_STORE_IO, E_NO_SPACE; the signal's reason
   */
  async take(layer: ArchivedLayer, signal: AbortSignal): Promise<string> {
    const { digest } = layer;
    const known = this.#taken.get(digest);
    const path =
      known ?? ((await this.#blobs.has(digest)) ? this.#blobs.path(digest) : await this.#copy(layer, signal));
    this.#taken.set(digest, path);
    return path;
  }

  /** Puts all into the store. */
  async commit(): Promise<void> {
    for (let blob = this.#open.shift(); blob !== undefined; blob = this.#open.shift()) await blob.commit();
  }

  /** Throws away what was not committed. */
  async dispose(): Promise<void> {
    for (const blob of this.#open.splice(0)) {
      await blob.reset();
      await blob.close();
    }
  }

  async #copy({ digest, size, extent }: ArchivedLayer, signal: AbortSignal): Promise<string> {
    const blob = await this.#blobs.partial(digest);
    this.#open.push(blob);
    // A download may have left a part of it.
    if (blob.size > 0) await blob.reset();
    const hash = hashFor(digest);
    for await (const piece of readExtent(this.#host, extent, signal)) {
      hash.update(piece);
      await blob.append(piece);
    }
    if (blob.size !== size)
      throw this.#refuse(`its layer ${digest} has ${blob.size} bytes where ${size} are announced`, 'E_SIZE');
    const found = hash.digest('hex');
    if (digest.endsWith(`:${found}`)) return blob.path;
    throw this.#refuse(
      `its layer ${digest} has the digest ${digest.split(':')[0] ?? ''}:${found}`,
      'E_DIGEST',
    );
  }
}
