import type { Image, Platform } from '../../domain/image.ts';
import { formatPlatform } from '../../domain/platform.ts';
import { imagesOfPod } from '../../domain/pod/prepared-pod.ts';
import type { Pods } from '../prepare/pods.ts';
import type { Trees } from '../render/trees.ts';
import type { Host } from '../host.ts';
import { blobFiles } from '../store/blob-files.ts';
import type { BlobFile } from '../store/blob-files.ts';
import { Layout } from '../store/layout.ts';
import { storeIo } from '../store/store-error.ts';
import { TOUCH_GRAIN } from '../store/store.ts';
import type { Store } from '../store/store.ts';
import { imageSize, treeSize } from './disk-use.ts';
import { blobsOf } from './kept-blobs.ts';
import { withDependencies } from './kept-images.ts';

export interface GcRequest {
  /** How long something must not have been used, in milliseconds; 0: everything goes that nobody needs. */
  readonly gracePeriod: number;
  /** Says what would go, and removes nothing. */
  readonly dryRun: boolean;
  /** Images that manifests name: what the store has of them stays. */
  readonly keep: readonly Image[];
  readonly platform: Platform;
}

/** Something that went, or would. */
export interface Removed {
  /** An image; a blob of a registry or what is left of an image; a rendered tree; a download that nobody went on with. */
  readonly kind: 'image' | 'blob' | 'tree' | 'download';
  /** Image ID, digest, key, or name. */
  readonly id: string;
  /** Of an image. */
  readonly name: string | null;
  /** What its files take of the disk. */
  readonly bytes: number;
}

export interface GcReport {
  readonly dryRun: boolean;
  readonly removed: readonly Removed[];
  /** Of all that went. */
  readonly bytes: number;
  /** Blobs of registries were left alone, because somebody is getting an image. */
  readonly isGetting: boolean;
}

interface Scope {
  readonly request: GcRequest;
  readonly signal: AbortSignal;
  /** What was used at this time or later stays, in milliseconds since the epoch. */
  readonly since: number;
  /** Keys of trees, and image IDs, that stay. */
  readonly trees: ReadonlySet<string>;
  readonly images: ReadonlySet<string>;
}

/** Removes what nobody needs: neither a prepared pod, nor a manifest that is named, nor anybody lately (behaviour.md §8). */
export class GarbageCollector {
  readonly #host: Host;
  readonly #store: Store;
  readonly #trees: Pick<Trees, 'list' | 'remove'>;
  readonly #pods: Pick<Pods, 'list'>;
  readonly #layout: Layout;

  constructor(host: Host, store: Store, trees: Pick<Trees, 'list' | 'remove'>, pods: Pick<Pods, 'list'>) {
    this.#host = host;
    this.#store = store;
    this.#trees = trees;
    this.#pods = pods;
    this.#layout = new Layout(store.root);
  }

  /**
   * While no pod is being kept, so that what a pod needs is either kept by it or missed by who prepares it.
   * @throws LarderError E_STORE_CORRUPT when nobody knows what a pod or an image needs; E_CANCELLED, E_STORE_IO
   */
  collect(request: GcRequest, signal: AbortSignal): Promise<GcReport> {
    return this.#store.withPods(signal, async () => {
      await this.#store.refresh();
      const scope = await this.#scope(request, signal);
      const trees = await this.#collectTrees(scope);
      const images = await this.#collectImages(scope);
      const blobs = await this.#store.upkeep.sweep(signal, () => this.#collectBlobs(scope, images));
      const removed = [...images, ...trees, ...(blobs ?? []), ...(await this.#collectDownloads(scope))];
      const bytes = removed.reduce((sum, one) => sum + one.bytes, 0);
      return { dryRun: request.dryRun, removed, bytes, isGetting: blobs === undefined };
    });
  }

  async #scope(request: GcRequest, signal: AbortSignal): Promise<Scope> {
    const { gracePeriod, keep, platform } = request;
    const since = gracePeriod === 0 ? Number.MAX_SAFE_INTEGER : this.#host.clock.now() - gracePeriod;
    const pods = await this.#pods.list();
    const view = this.#store.view();
    const named = keep.map((image) => view.find(image, formatPlatform(platform))?.image.imageId);
    const recent = view.images().filter(({ lastUsedAt }) => lastUsedAt >= imagesSince(since));
    const images = await withDependencies(this.#store, [
      ...pods.flatMap(imagesOfPod),
      ...named.filter((id) => id !== undefined),
      ...recent.map(({ imageId }) => imageId),
    ]);
    const trees = new Set(pods.flatMap(({ apps }) => apps.map(({ tree }) => tree)));
    return { request, signal, since, trees, images };
  }

  async #collectTrees({ request, signal, since, trees }: Scope): Promise<Removed[]> {
    const removed: Removed[] = [];
    for (const tree of await this.#trees.list()) {
      signal.throwIfAborted();
      if (trees.has(tree.key) || tree.usedAt >= since) continue;
      const bytes = await treeSize(this.#host.fs, tree);
      if (request.dryRun || (await this.#trees.remove(tree.key, signal, since)))
        removed.push({ kind: 'tree', id: tree.key, name: null, bytes });
    }
    return removed;
  }

  async #collectImages({ request, signal, since, images }: Scope): Promise<Removed[]> {
    const unused: Removed[] = [];
    for (const { imageId: id, name } of this.#store.view().images()) {
      signal.throwIfAborted();
      if (images.has(id)) continue;
      unused.push({ kind: 'image', id, name, bytes: await imageSize(this.#host.fs, this.#layout, id) });
    }
    signal.throwIfAborted();
    const ids = unused.map(({ id }) => id);
    // Whoever has used one meanwhile has said so in the index.
    const removed = request.dryRun ? ids : await this.#store.upkeep.removeImages(ids, imagesSince(since));
    return unused.filter(({ id }) => removed.includes(id));
  }

  async #collectBlobs({ request, signal, since }: Scope, gone: readonly Removed[]): Promise<Removed[]> {
    await this.#store.refresh();
    const goneIds = new Set(gone.map(({ id }) => id));
    const images = new Set(
      this.#store
        .view()
        .images()
        .map(({ imageId }) => imageId),
    );
    const converted = await this.#store.upkeep.convertedFrom();
    const kept = await blobsOf(
      this.#store,
      converted.filter(({ imageId }) => !goneIds.has(imageId)),
      this.#host.log,
    );
    const unneeded: BlobFile[] = [];
    await storeIo('read', this.#layout.root, async () => {
      for await (const file of blobFiles(this.#host.fs, this.#layout)) {
        if (!images.has(file.name) && !kept.has(file.digest) && file.writtenAt < since) unneeded.push(file);
      }
    });
    const removed: Removed[] = [];
    for (const { name, digest, size } of unneeded) {
      signal.throwIfAborted();
      if (!request.dryRun) await this.#removeBlob(name, digest);
      removed.push({ kind: 'blob', id: digest, name: null, bytes: size });
    }
    return removed;
  }

  /** What has the name of an image may have become one meanwhile. */
  #removeBlob(name: string, digest: string): Promise<void> {
    const { upkeep } = this.#store;
    return name.startsWith('sha512-') ? upkeep.removeRemains([name]) : upkeep.removeBlob(digest);
  }

  async #collectDownloads({ request, since }: Scope): Promise<Removed[]> {
    const removed: Removed[] = [];
    for (const download of await this.#store.upkeep.leftDownloads()) {
      if (download.writtenAt >= since) continue;
      if (request.dryRun || (await this.#store.upkeep.discardDownload(download)))
        removed.push({ kind: 'download', id: download.name, name: null, bytes: download.size });
    }
    return removed;
  }
}

/** When an image was used is noted once an hour: one that was noted before may have been used since. */
function imagesSince(since: number): number {
  return since === Number.MAX_SAFE_INTEGER ? since : since - TOUCH_GRAIN;
}
