import { namedImages } from '../features/named-images.ts';
import type { NamedImage } from '../features/named-images.ts';
import type { ClientManifests } from './client-manifests.ts';
import { canHoldManifest } from './workspace-files.ts';
import { pathOf } from './workspace-manifests.ts';

/** The manifests that are read. */
export type ReadManifests = Pick<ClientManifests, 'opened' | 'saved' | 'savedAt'>;

/**
 * The images that the manifests of a workspace name. Of the files only the images are kept, and each file is read again when it is
 * told that it changed: one look through a large workspace is enough.
 */
export class WorkspaceImages {
  readonly #manifests: ReadManifests;
  /** By path or, where there is none, by URI; undefined until somebody asks. */
  #saved: Map<string, readonly NamedImage[]> | undefined;
  /** One look at the disk after the other, so that an older one never wins. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(manifests: ReadManifests) {
    this.#manifests = manifests;
  }

  /**
   * In the order of their files; those of open documents as they are in the editor.
   * @throws LarderError E_CANCELLED
   */
  async all(signal: AbortSignal): Promise<NamedImage[]> {
    const saved = await this.#inTurn(async () => (this.#saved ??= await this.#readAll(signal)));
    const all = new Map(saved);
    for (const { snapshot } of this.#manifests.opened()) {
      all.set(keyOf(snapshot.document.uri), namedImages(snapshot));
    }
    return [...all.values()].flat();
  }

  /** Has all files read again by who asks next. */
  forget(): void {
    void this.#inTurn(() => Promise.resolve((this.#saved = undefined)));
  }

  /** Reads files again that were made, changed or deleted; whether they can matter. */
  async changed(uris: readonly string[]): Promise<boolean> {
    const paths = uris.map(pathOf).filter((path) => path !== undefined && canHoldManifest(path));
    if (paths.length === 0) return false;
    await this.#inTurn(async () => {
      for (const path of paths) if (path !== undefined) await this.#readAgain(path);
    });
    return true;
  }

  async #readAll(signal: AbortSignal): Promise<Map<string, readonly NamedImage[]>> {
    const saved = new Map<string, readonly NamedImage[]>();
    for await (const { snapshot } of this.#manifests.saved(signal)) {
      saved.set(keyOf(snapshot.document.uri), namedImages(snapshot));
    }
    return saved;
  }

  async #readAgain(path: string): Promise<void> {
    if (this.#saved === undefined) return;
    const file = await this.#manifests.savedAt(path);
    if (file === undefined) this.#saved.delete(path);
    else this.#saved.set(path, namedImages(file.snapshot));
  }

  #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const result = this.#reading.then(read);
    // Who asked hears of a failure; who comes next tries for himself.
    this.#reading = result.catch(() => undefined);
    return result;
  }
}

function keyOf(uri: string): string {
  return pathOf(uri) ?? uri;
}
