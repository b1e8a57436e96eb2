import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { LarderError } from '../../domain/errors.ts';
import type { Platform } from '../../domain/image.ts';
import type { ResolvedImage } from '../../domain/pod/image-list.ts';
import type { PodSource, WantedImage } from '../../domain/pod/pod-request.ts';
import { imagesOfPod } from '../../domain/pod/prepared-pod.ts';
import type { PreparedApp, PreparedPod } from '../../domain/pod/prepared-pod.ts';
import { readImageManifest } from '../../domain/pod/read-manifest.ts';
import type { DependencyGraph } from '../dependencies.ts';
import type { Engine, FetchWatch, Resolved } from '../fetch.ts';
import type { Host } from '../host.ts';
import type { OnProgress } from '../progress.ts';
import { renderOrder } from '../render/render-order.ts';
import type { KnownImage } from '../render/render-order.ts';
import type { Trees } from '../render/trees.ts';
import { readManifest } from '../store/image-manifest.ts';
import type { Store } from '../store/store.ts';
import { PodProgress } from './pod-progress.ts';
import type { Pods } from './pods.ts';
import { completePod } from './complete-pod.ts';
import type { CompletePod, Unmapped } from './complete-pod.ts';

/** Images resolved at once; what they download is bounded elsewhere. */
const AT_ONCE = 3;
/** Whoever collects garbage meanwhile does not make somebody begin anew more often than this. */
const ATTEMPTS = 3;

export interface PrepareRequest {
  readonly source: PodSource;
  /** What {@link source} is, for people: a path, or the images. */
  readonly from: string;
  readonly images: readonly WantedImage[];
  readonly platform: Platform;
}

export interface Prepared {
  readonly uuid: string;
  /** Directory of the pod. */
  readonly path: string;
  /** The reified PodManifest, JSON text. */
  readonly manifest: string;
  readonly notes: readonly string[];
  readonly unmapped: readonly Unmapped[];
}

interface PodWatch {
  readonly signal: AbortSignal;
  readonly progress: PodProgress;
  /** IDs of images that were in the store. */
  readonly seen: Set<string>;
}

/** An image of the pod, in the store with all that it depends on. */
interface Found extends Resolved {
  readonly wanted: WantedImage;
  readonly resolved: ResolvedImage;
}

/** Makes pods that are ready to run: every image resolved, rendered and named by its ID (behaviour.md §9). */
export class Preparation {
  readonly #host: Host;
  readonly #store: Store;
  readonly #engine: Pick<Engine, 'resolve'>;
  readonly #trees: Pick<Trees, 'ensure' | 'has'>;
  readonly #pods: Pods;

  constructor(
    host: Host,
    store: Store,
    engine: Pick<Engine, 'resolve'>,
    trees: Pick<Trees, 'ensure' | 'has'>,
    pods: Pods,
  ) {
    this.#host = host;
    this.#store = store;
    this.#engine = engine;
    this.#trees = trees;
    this.#pods = pods;
  }

  /** @throws LarderError E_POD when the pod cannot be, or what stands in the way of an image */
  async prepare(request: PrepareRequest, { signal, onProgress }: FetchWatch): Promise<Prepared> {
    const progress = new PodProgress(onProgress);
    for (let attempt = 1; ; attempt++) {
      const watch: PodWatch = { signal, progress, seen: new Set() };
      const prepared = await this.#attempt(request, watch).catch(async (error: unknown) => {
        // What was resolved and is not there any more is the reason, whatever failed without it.
        if (signal.aborted || (await this.#areThere([...watch.seen]))) throw error;
        return undefined;
      });
      if (prepared !== undefined) return prepared;
      if (attempt === ATTEMPTS) {
        throw new LarderError(
          'E_STORE_LOCKED',
          'The pod was not prepared, because its images were removed again and again meanwhile; try again when nobody cleans the store.',
        );
      }
    }
  }

  /** @returns undefined when something that the pod needs was removed meanwhile */
  async #attempt(request: PrepareRequest, watch: PodWatch): Promise<Prepared | undefined> {
    const found = await this.#resolveAll(request, watch);
    // Before anything is rendered: what cannot be run need not be.
    const pod = completePod(
      request.source,
      found.map(({ wanted, resolved }) => ({ ...resolved, argument: wanted.name })),
    );
    const apps = await this.#render(pod, found, watch);
    const used = new Set(apps.flatMap(({ images }) => images));
    const others = [...new Set(found.flatMap(({ graph }) => [...graph.keys()]))].filter(
      (id) => !used.has(id),
    );
    return this.#keep(request, pod, { apps, others });
  }

  /** All of them, whatever becomes of one: the next try has less to do. */
  async #resolveAll({ images, platform }: PrepareRequest, watch: PodWatch): Promise<Found[]> {
    const limit = pLimit(AT_ONCE);
    const results = await Promise.allSettled(
      images.map((wanted) => limit(() => this.#resolve(wanted, platform, watch))),
    );
    const failures = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    if (failures.length > 0) throw manyFailures(failures);
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  async #resolve(wanted: WantedImage, platform: Platform, watch: PodWatch): Promise<Found> {
    const { name, image, modes, noCache, signature, named } = wanted;
    const onProgress: OnProgress = (progress) => watch.progress.update(name, progress);
    const own = { signal: watch.signal, onProgress };
    const request = {
      image,
      noCache,
      platform,
      ...(signature !== undefined && { signature }),
      ...(named !== undefined && { named }),
    };
    let last: Resolved | undefined;
    for (const mode of modes) last = await this.#engine.resolve({ ...request, mode }, own);
    if (last === undefined) throw new Error(`nothing says how ${name} is got`);
    for (const imageId of last.graph.keys()) watch.seen.add(imageId);
    watch.progress.rest(name);
    const manifest = readImageManifest(await this.#store.manifestText(last.imageId));
    return { ...last, wanted, resolved: { imageId: last.imageId, manifest } };
  }

  async #render(pod: CompletePod, found: readonly Found[], watch: PodWatch): Promise<PreparedApp[]> {
    const graphs = new Map(found.map(({ imageId, graph }) => [imageId, graph]));
    const apps: PreparedApp[] = [];
    for (const { name, imageId } of pod.apps) {
      const graph = graphs.get(imageId) ?? unknown(imageId);
      const known = await this.#known(graph);
      const images = renderOrder(imageId, graph, known);
      const onProgress = (received: number, total: number): void =>
        watch.progress.update(name, { phase: 'render', received, total });
      onProgress(0, 0);
      const { key } = await this.#trees.ensure(images, { signal: watch.signal, onProgress });
      apps.push({ name, imageId, tree: key, images: [...new Set(images.map((image) => image.imageId))] });
    }
    return apps;
  }

  async #known(graph: DependencyGraph): Promise<(imageId: string) => KnownImage> {
    const images = new Map<string, KnownImage>();
    for (const imageId of graph.keys()) {
      const { pathWhitelist } = readManifest(await this.#store.manifestText(imageId));
      images.set(imageId, { aci: this.#store.imagePath(imageId), pathWhitelist });
    }
    return (imageId) => images.get(imageId) ?? unknown(imageId);
  }

  /**
   * Under a lock that whoever collects garbage takes too: from here on all that the pod uses is kept.
   * @returns undefined when something of it was removed before
   */
  #keep(
    request: PrepareRequest,
    pod: CompletePod,
    uses: Pick<PreparedPod, 'apps' | 'others'>,
  ): Promise<Prepared | undefined> {
    return this.#store.withPods(undefined, async () => {
      const imageIds = imagesOfPod(uses);
      const trees = await Promise.all(uses.apps.map(({ tree }) => this.#trees.has(tree)));
      if (!(await this.#areThere(imageIds)) || trees.includes(false)) return undefined;
      await this.#store.touch(imageIds);
      const uuid = randomUUID();
      const manifest = `${JSON.stringify(pod.manifest, null, 2)}\n`;
      const record: PreparedPod = {
        uuid,
        createdAt: this.#host.clock.now(),
        source: request.from,
        ...uses,
        notes: [...pod.notes, ...pod.unmapped.map(({ path, why }) => `not mapped: ${path}: ${why}`)],
      };
      const path = await this.#pods.write(this.#store, record, manifest);
      return { uuid, path, manifest, notes: pod.notes, unmapped: pod.unmapped };
    });
  }

  async #areThere(imageIds: readonly string[]): Promise<boolean> {
    await this.#store.refresh();
    const view = this.#store.view();
    return imageIds.every((id) => view.find({ kind: 'id', canonical: id, id }, '') !== undefined);
  }
}

function unknown(imageId: string): never {
  throw new Error(`${imageId} is used and was not resolved`);
}

function manyFailures(failures: readonly unknown[]): unknown {
  const [first, ...others] = failures;
  if (others.length === 0 || !(first instanceof LarderError) || first.code === 'E_CANCELLED') return first;
  const more = others.length === 1 ? 'one more image was' : `${others.length} more images were`;
  return new LarderError(
    first.code,
    `${first.message.replace(/\.$/, '')}; ${more} not resolved either.`,
    first,
    first.subject,
  );
}
