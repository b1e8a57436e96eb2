import { imagesOfPod } from '../../domain/pod/prepared-pod.ts';
import type { PreparedPod } from '../../domain/pod/prepared-pod.ts';
import type { StoredImage } from '../../domain/record.ts';
import { readManifest } from '../aci/aci-reader.ts';
import type { Host } from '../host.ts';
import type { Pods } from '../prepare/pods.ts';
import type { Trees } from '../render/trees.ts';
import { blobFiles } from '../store/blob-files.ts';
import type { BlobFile } from '../store/blob-files.ts';
import { readManifest as readImageManifest } from '../store/image-manifest.ts';
import { imageIdOfManifest, Layout } from '../store/layout.ts';
import { storeIo } from '../store/store-error.ts';
import type { Store } from '../store/store.ts';
import { Verification } from '../store/verify.ts';
import type { Finding } from '../store/verify.ts';

/** Something that was wrong with a store, and what was done about it. */
export interface RepairStep {
  readonly kind: Finding['kind'] | 'pod';
  /** Image ID, digest, key of a tree, or UUID of a pod. */
  readonly id: string;
  readonly path: string;
  /** As it reads after the path: "is not there". */
  readonly why: string;
  readonly done: 'removed' | 'rewritten' | 'restored' | 'reported';
  /** What is left to do; null when nothing is. */
  readonly next: string | null;
}

export interface RepairReport {
  /** Number of files and trees that were read. */
  readonly verified: number;
  readonly steps: readonly RepairStep[];
}

/**
 * Brings a store back in order: what is damaged goes, so that it is fetched or rendered again, and what is whole gets back what
 * tells of it. Everything is read first without any lock; before something is removed it is looked at once more under one.
 */
export class Repair {
  readonly #host: Host;
  readonly #store: Store;
  readonly #trees: Pick<Trees, 'remove' | 'has'>;
  readonly #pods: Pods;
  readonly #layout: Layout;
  readonly #verification: Verification;
  readonly #signal: AbortSignal;
  readonly #steps: RepairStep[] = [];
  #verified = 0;

  constructor(
    host: Host,
    store: Store,
    { trees, pods }: { readonly trees: Pick<Trees, 'remove' | 'has'>; readonly pods: Pods },
    signal: AbortSignal,
  ) {
    this.#host = host;
    this.#store = store;
    this.#trees = trees;
    this.#pods = pods;
    this.#layout = new Layout(store.root);
    this.#verification = new Verification(host, this.#layout, signal);
    this.#signal = signal;
  }

  /** @throws LarderError E_STORE_IO, E_STORE_LOCKED, E_CANCELLED */
  async run(): Promise<RepairReport> {
    await this.#store.refresh();
    const images = this.#store.view().images();
    await this.#repairImages(images);
    await this.#repairBlobs(images);
    await this.#removeStrayManifests();
    await this.#removeTrees();
    await this.#reportPods();
    return { verified: this.#verified, steps: this.#steps };
  }

  async #repairImages(images: readonly StoredImage[]): Promise<void> {
    for await (const finding of this.#verification.images(images)) {
      this.#verified += 1;
      if (finding.state === 'ok') continue;
      const image = images.find(({ imageId }) => imageId === finding.id);
      if (image === undefined) continue;
      if (finding.kind === 'manifest') await this.#rewrite(finding);
      else await this.#removeDamaged(image);
    }
  }

  async #rewrite({ id, path, why }: Finding): Promise<void> {
    const manifest = await readManifest(this.#layout.image(id));
    await this.#store.upkeep.restore(id, manifest);
    this.#say({ kind: 'manifest', id, path, why: why ?? '', done: 'rewritten', next: null });
  }

  async #removeDamaged(image: StoredImage): Promise<void> {
    const { imageId: id } = image;
    await this.#store.withPods(this.#signal, async () => {
      await this.#store.refresh();
      const record = this.#store.view().find({ kind: 'id', canonical: id, id }, '');
      // Removed or fetched again by somebody meanwhile.
      if (record === undefined) return;
      for await (const { kind, path, state, why } of this.#verification.images([image])) {
        if (kind !== 'image' || state === 'ok') continue;
        await this.#store.upkeep.removeImages([id]);
        const next = `fetch it again: larder fetch --force-fetch ${record.remote?.url ?? image.name}`;
        this.#say({ kind, id, path, why: why ?? '', done: 'removed', next });
      }
    });
  }

  /** Blobs that are no images, and images that no row tells of. */
  async #repairBlobs(images: readonly StoredImage[]): Promise<void> {
    for await (const { id, path, state, why } of this.#verification.blobs(images)) {
      this.#verified += 1;
      if (state === 'damaged') {
        await this.#removeBlob(id);
        this.#say({ kind: 'blob', id, path, why: why ?? '', done: 'removed', next: null });
      } else if (state === 'ok' && id.startsWith('sha512:')) {
        await this.#restore(id.replace(':', '-'), path);
      }
    }
  }

  async #removeBlob(digest: string): Promise<void> {
    const name = digest.replace(':', '-');
    // A pull has this lock while it gets the blob.
    await this.#store.withLock(`blob-${name}`, this.#signal, () =>
      digest.startsWith('sha512:')
        ? this.#store.upkeep.removeRemains([name])
        : this.#store.upkeep.removeBlob(digest),
    );
  }

  async #restore(id: string, path: string): Promise<void> {
    await this.#store.refresh();
    if (this.#store.view().find({ kind: 'id', canonical: id, id }, '') !== undefined) return;
    let manifest: string;
    try {
      manifest = await readManifest(path);
      readImageManifest(manifest);
    } catch (error) {
      // A blob of a registry that names its blobs by SHA-512.
      this.#host.log.debug(`${path} is no ACI: ${String(error)}`);
      return;
    }
    await this.#store.upkeep.restore(id, manifest);
    this.#say({ kind: 'image', id, path, why: 'was not in the index', done: 'restored', next: null });
  }

  async #removeStrayManifests(): Promise<void> {
    const present = new Set<BlobFile['name']>();
    await this.#store.refresh();
    const names = await storeIo('read', this.#layout.root, async () => {
      for await (const { name } of blobFiles(this.#host.fs, this.#layout)) present.add(name);
      return this.#host.fs.readdir(this.#layout.manifests);
    });
    const stray = names
      .map(imageIdOfManifest)
      .filter((id) => id !== undefined)
      .filter((id) => !present.has(id));
    if (stray.length === 0) return;
    // Only files of images that the index does not have, which it may by now.
    await this.#store.upkeep.removeRemains(stray);
    for (const id of stray)
      this.#say({
        ...{ kind: 'manifest', id, path: this.#layout.manifest(id) },
        ...{ why: 'is of an image that is not there', done: 'removed', next: null },
      });
  }

  async #removeTrees(): Promise<void> {
    for await (const { kind, id, path, state, why } of this.#verification.trees()) {
      this.#verified += 1;
      if (state === 'ok' || !(await this.#trees.remove(id, this.#signal))) continue;
      this.#say({ kind, id, path, why: why ?? '', done: 'removed', next: null });
    }
  }

  /** Pods that lack something: preparing them again makes new ones. */
  async #reportPods(): Promise<void> {
    const { pods, unreadable } = await this.#pods.readAll();
    for (const uuid of unreadable) {
      const next = `remove it: larder pod rm ${uuid}`;
      this.#sayPod(uuid, 'cannot be read', next);
    }
    for (const pod of pods) {
      const missing = await this.#missingOf(pod);
      if (missing.length === 0) continue;
      const next = `prepare it again, from ${pod.source}, and remove it: larder pod rm ${pod.uuid}`;
      this.#sayPod(pod.uuid, `lacks ${missing.join(' and ')}`, next);
    }
  }

  async #missingOf(pod: PreparedPod): Promise<string[]> {
    await this.#store.refresh();
    const view = this.#store.view();
    const images = imagesOfPod(pod).filter(
      (id) => view.find({ kind: 'id', canonical: id, id }, '') === undefined,
    );
    const apps = await Promise.all(
      pod.apps.map(async ({ name, tree }) => ((await this.#trees.has(tree)) ? [] : [name])),
    );
    return [...images.map((id) => `the image ${id}`), ...apps.flat().map((name) => `the tree of ${name}`)];
  }

  #sayPod(uuid: string, why: string, next: string): void {
    this.#say({ kind: 'pod', id: uuid, path: this.#pods.path(uuid), why, done: 'reported', next });
  }

  #say(step: RepairStep): void {
    this.#steps.push(step);
  }
}
