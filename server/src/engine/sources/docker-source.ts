import type { DockerImage, Platform } from '../../domain/image.ts';
import { formatPlatform } from '../../domain/platform.ts';
import type { RemoteRecord, StoreRecord } from '../../domain/record.ts';
import { Conversion } from '../aci/convert.ts';
import type { WorkerPool } from '../aci/worker-pool.ts';
import type { FetchProgress } from '../progress.ts';
import type { Store } from '../store/store.ts';
import type { DockerContext } from './docker-context.ts';
import { askDigest, pull, recheckPolicy } from './docker.ts';
import type { PulledImage } from './docker.ts';
import type { Answer, Obtained, Source, SourceContext } from './source.ts';

/** Docker and OCI images: pulled from a registry, and imported as squashed ACIs (behaviour.md §7). */
export class DockerSource implements Source<DockerImage> {
  readonly #context: DockerContext;
  readonly #store: Store;
  readonly #pool: WorkerPool;

  constructor(context: DockerContext, store: Store, pool: WorkerPool) {
    this.#context = context;
    this.#store = store;
    this.#pool = pool;
  }

  async ask(image: DockerImage, record: StoreRecord, { platform, signal }: SourceContext): Promise<Answer> {
    const { unchanged, digest } = await askDigest(this.#context, image, platform, record, signal);
    if (unchanged) await recheckPolicy(this.#context, image, platform, digest, signal);
    return unchanged ? { found: 'unchanged' } : { found: 'changed', obtained: null };
  }

  /** Layers that are there are inflated and checked while others are still on their way. */
  async get(image: DockerImage, { platform, signal, onProgress }: SourceContext): Promise<Obtained> {
    const checkedAt = this.#context.host.clock.now();
    const tempFile = (suffix: string): Promise<string> => this.#store.tempFile(suffix);
    const conversion = new Conversion({ pool: this.#pool, tempFile, signal });
    let last: FetchProgress = { phase: 'resolve', received: 0, total: null };
    try {
      const pulled = await pull(this.#context, image, platform, {
        signal,
        onProgress: (progress) => onProgress((last = progress)),
        // A layer that is no good is the conversion's failure, which `finish` throws.
        onLayer: (index, layer) => void conversion.add(index, layer).catch(() => undefined),
      });
      const onPhase = (phase: FetchProgress['phase']): void => onProgress({ ...last, phase });
      return { import: () => this.#import({ image, platform, pulled, checkedAt, conversion, onPhase }) };
    } catch (error) {
      await conversion.dispose();
      throw error;
    }
  }

  async #import(pull: Pull): Promise<string> {
    const { image, platform, pulled, checkedAt, conversion, onPhase } = pull;
    const { digest, manifestDigest, configDigest, configBytes, downloadSize, signers } = pulled;
    const { fs, clock } = this.#context.host;
    const out = await this.#store.tempFile('.aci');
    try {
      onPhase('convert');
      const config = configBytes.toString();
      const source = { reference: image.reference, config, manifestDigest, configDigest, platform };
      const { imageId, size, manifest } = await conversion.finish(source, out);
      onPhase('store');
      const remote: RemoteRecord = {
        url: image.canonical,
        platform: formatPlatform(platform),
        imageId,
        importedAt: clock.now(),
        checkedAt,
        http: null,
        docker: { digest, manifestDigest, configDigest, downloadSize, movedTo: null },
      };
      await this.#store.importImage({
        ...{
          file: out,
          imageId,
          size,
          manifest: manifest.json,
          name: manifest.name,
          labels: manifest.labels,
        },
        ...{ latest: false, signers, dependencies: [], remote },
      });
      return imageId;
    } finally {
      await conversion.dispose();
      // Gone already when it was moved into the store.
      await fs.rm(out, { force: true });
    }
  }
}

/** An image whose blobs are in the store, and the conversion that works on them. */
interface Pull {
  readonly image: DockerImage;
  readonly platform: Platform;
  readonly pulled: PulledImage;
  readonly checkedAt: number;
  readonly conversion: Conversion;
  /** Tells of the next phase; no more bytes come. */
  readonly onPhase: (phase: FetchProgress['phase']) => void;
}
