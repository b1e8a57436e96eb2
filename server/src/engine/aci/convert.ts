import { rm } from 'node:fs/promises';
import { LarderError } from '../../domain/errors.ts';
import type { DockerImageInput } from './docker-manifest.ts';
import type { LayerInput } from './layer-scan.ts';
import { LAYER_LIMITS } from './layer-scan.ts';
import type { ConvertedImage, PackedLayer } from './layer-task.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface ConversionOptions {
  readonly pool: WorkerPool;
  /** Gives the path of a new private file, on the disk where the ACI will be. */
  readonly tempFile: (suffix: string) => Promise<string>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Converts the layers of an image to one squashed ACI (behaviour.md §7). Each layer is inflated, checked and listed in a
 * worker thread as soon as it is there, while others are still being downloaded; the last step writes the ACI.
 *
 * Whatever happens, {@link Conversion.dispose} must be called in the end.
 */
export class Conversion {
  readonly #options: ConversionOptions;
  readonly #layers: Promise<PackedLayer>[] = [];
  /** Images may have the same layer several times. */
  readonly #scans = new Map<string, Promise<PackedLayer>>();
  readonly #spools: string[] = [];
  readonly #disposed = new AbortController();
  readonly #signal: AbortSignal;

  constructor(options: ConversionOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([
      this.#disposed.signal,
      ...(options.signal === undefined ? [] : [options.signal]),
    ]);
  }

  /**
   * Starts on a layer.
   * @param index its place in the image, the lowest layer being 0; in any order
   * @throws LarderError when the layer is no good; {@link finish} will throw the same
   */
  async add(index: number, layer: LayerInput): Promise<void> {
    const key = `${layer.digest} ${layer.diffId ?? ''}`;
    const scan = this.#scans.get(key) ?? this.#scan(layer);
    this.#scans.set(key, scan);
    this.#layers[index] = scan;
    await scan;
  }

  /**
   * Waits for the layers, which must all have been added, and writes the ACI.
   * @param out path of the file to write; it is not synced
   * @throws LarderError; E_CANCELLED or the signal's own reason when it aborts
   */
  async finish(image: DockerImageInput, out: string): Promise<ConvertedImage> {
    const layers = await Promise.all(this.#layers);
    const listed = layers.reduce((sum, { listing }) => sum + listing.length, 0);
    if (listed > LAYER_LIMITS.listing) {
      throw new LarderError(
        'E_TOO_LARGE',
        'The image was refused because its layers have more entries than Larder can hold in memory.',
      );
    }
    const { pool } = this.#options;
    const moved = new Set(layers.map(({ listing }) => listing.buffer));
    return pool.run<'write'>({ kind: 'write', layers, image, out }, [...moved], this.#signal);
  }

  /** Stops what is still going on and removes the scratch files. */
  async dispose(): Promise<void> {
    this.#disposed.abort(new LarderError('E_CANCELLED', 'The conversion of an image was cancelled.'));
    await Promise.allSettled(this.#scans.values());
    await Promise.all(this.#spools.map((spool) => rm(spool, { force: true })));
  }

  async #scan(layer: LayerInput): Promise<PackedLayer> {
    const { pool, tempFile } = this.#options;
    const spool = await tempFile('.tar');
    this.#spools.push(spool);
    return pool.run<'scan'>({ kind: 'scan', layer, spool }, [], this.#signal);
  }
}

export interface ConvertInput extends ConversionOptions {
  /** Lowest first. */
  readonly layers: readonly LayerInput[];
  readonly image: DockerImageInput;
  /** Path of the file to write. */
  readonly out: string;
}

/**
 * Converts an image whose layers are all there.
 * @throws LarderError; the signal's reason when it aborts
 */
export async function convertLayers({
  layers,
  image,
  out,
  ...options
}: ConvertInput): Promise<ConvertedImage> {
  const conversion = new Conversion(options);
  try {
    await Promise.all(layers.map((layer, index) => conversion.add(index, layer)));
    return await conversion.finish(image, out);
  } finally {
    await conversion.dispose();
  }
}
