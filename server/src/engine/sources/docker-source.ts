import type { DockerImage } from '../../domain/image.ts';
import { formatPlatform } from '../../domain/platform.ts';
import type { RemoteRecord, StoreRecord } from '../../domain/record.ts';
import { convertLayers } from '../aci/convert.ts';
import type { WorkerPool } from '../aci/worker-pool.ts';
import type { OnProgress } from '../progress.ts';
import type { Store } from '../store/store.ts';
import type { DockerContext } from './docker-context.ts';
import { askDigest, pull } from './docker.ts';
import type { PulledImage } from './docker.ts';
import type { Answer, Obtained, Source, SourceContext } from './source.ts';

interface Importing extends Pick<SourceContext, 'platform' | 'signal'> {
  /** Tells of the next phase; no more bytes come. */
  readonly onPhase: (phase: 'convert' | 'store') => void;
}

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
    const { unchanged } = await askDigest(this.#context, image, platform, record, signal);
    return unchanged ? { found: 'unchanged' } : { found: 'changed', obtained: null };
  }

  async get(image: DockerImage, context: SourceContext): Promise<Obtained> {
    const { platform, onProgress, signal } = context;
    const checkedAt = this.#context.host.clock.now();
    let downloaded = { received: 0, total: 0 as number | null };
    const onDownload: OnProgress = (progress) => {
      downloaded = progress;
      onProgress(progress);
    };
    const pulled = await pull(this.#context, image, platform, onDownload, signal);
    const onPhase = (phase: 'convert' | 'store'): void => onProgress({ ...downloaded, phase });
    return { import: () => this.#import(image, pulled, checkedAt, { platform, signal, onPhase }) };
  }

  async #import(
    image: DockerImage,
    pulled: PulledImage,
    checkedAt: number,
    { platform, signal, onPhase }: Importing,
  ): Promise<string> {
    const { layers, digest, manifestDigest, configDigest, configBytes, downloadSize } = pulled;
    onPhase('convert');
    const out = await this.#store.tempFile('.aci');
    try {
      const { imageId, size, manifest } = await convertLayers({
        pool: this.#pool,
        tempFile: (suffix) => this.#store.tempFile(suffix),
        signal,
        layers,
        image: {
          reference: image.reference,
          config: configBytes.toString(),
          manifestDigest,
          configDigest,
          platform,
        },
        out,
      });
      onPhase('store');
      const remote: RemoteRecord = {
        url: image.canonical,
        platform: formatPlatform(platform),
        imageId,
        importedAt: this.#context.host.clock.now(),
        checkedAt,
        http: null,
        docker: { digest, manifestDigest, configDigest, downloadSize, movedTo: null },
      };
      const { name, labels, json } = manifest;
      const provenance = { latest: false, signers: [], dependencies: [] };
      await this.#store.importImage({
        file: out,
        imageId,
        size,
        name,
        labels,
        manifest: json,
        ...provenance,
        remote,
      });
      return imageId;
    } finally {
      // Gone already when it was moved into the store.
      await this.#context.host.fs.rm(out, { force: true });
    }
  }
}
