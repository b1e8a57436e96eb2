import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LarderError } from '../../domain/errors.ts';
import type { StoredImage } from '../../domain/record.ts';
import { readManifest } from '../aci/aci-reader.ts';
import type { Host } from '../host.ts';
import { verifyTree } from '../render/verify-tree.ts';
import { isTreeKey } from './layout.ts';
import type { Layout } from './layout.ts';
import { errnoOf } from './store-error.ts';

/** What a file of the store turned out to be. */
export interface Finding {
  /** An image's ACI, its manifest, a blob of a registry, or a rendered tree. */
  readonly kind: 'image' | 'manifest' | 'blob' | 'tree';
  /** The image ID, the digest of the blob, or the key of the tree. */
  readonly id: string;
  readonly path: string;
  readonly state: 'ok' | 'damaged' | 'missing';
  /** What is wrong with it, as it reads after "it"; null when nothing is. */
  readonly why: string | null;
}

type Health = Pick<Finding, 'state' | 'why'>;

const OK: Health = { state: 'ok', why: null };
const ALGORITHMS = ['sha256', 'sha512'] as const;

/** Reads everything of a store again and compares it with the digests that it is kept under. Nothing is changed. */
export class Verification {
  readonly #fs: Host['fs'];
  readonly #layout: Layout;
  readonly #signal: AbortSignal;

  constructor({ fs }: Pick<Host, 'fs'>, layout: Layout, signal: AbortSignal) {
    this.#fs = fs;
    this.#layout = layout;
    this.#signal = signal;
  }

  /**
   * ACIs by their SHA-512, and their manifests by those in the ACIs.
   * @throws the signal's reason
   */
  async *images(images: readonly StoredImage[]): AsyncGenerator<Finding> {
    for (const { imageId: id } of images) {
      const [path, manifest] = [this.#layout.image(id), this.#layout.manifest(id)];
      const health = await this.#hashed(path, id);
      yield { kind: 'image', id, path, ...health };
      // Only a whole ACI can vouch for the manifest; and with a new image comes a new one.
      if (health.state !== 'ok') continue;
      yield { kind: 'manifest', id, path: manifest, ...(await this.#manifest(manifest, path)) };
    }
  }

  /**
   * Blobs of registries by their digests. One that is not there is no fault: the next pull gets it.
   * @param images all images of the store, whose ACIs lie among the blobs
   * @throws the signal's reason
   */
  async *blobs(images: readonly StoredImage[]): AsyncGenerator<Finding> {
    const known = new Set(images.map(({ imageId }) => imageId));
    for (const algorithm of ALGORITHMS) {
      const directory = join(this.#layout.root, 'blob', algorithm);
      for (const part of await this.#list(directory)) {
        for (const name of await this.#list(join(directory, part))) {
          const digest = name.replace('-', ':');
          const path = join(directory, part, name);
          if (known.has(name) || !this.#isBlob(digest, path)) continue;
          yield { kind: 'blob', id: digest, path, ...(await this.#hashed(path, name)) };
        }
      }
    }
  }

  /**
   * Rendered trees by what was written down about them.
   * @throws the signal's reason
   */
  async *trees(): AsyncGenerator<Finding> {
    for (const id of (await this.#list(this.#layout.trees)).filter(isTreeKey)) {
      const path = this.#layout.tree(id);
      const health = await this.#tree(path, id);
      // One that was removed meanwhile is not missing.
      if (health.state !== 'missing') yield { kind: 'tree', id, path, ...health };
    }
  }

  /** Whether a file is where a blob of that digest belongs; anything else is none of the store's. */
  #isBlob(digest: string, path: string): boolean {
    return (
      /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(digest) && this.#layout.blob(digest) === path
    );
  }

  /** @param expected `ALGORITHM-HEX` */
  async #hashed(path: string, expected: string): Promise<Health> {
    const [algorithm = ''] = expected.split('-');
    return this.#readable(async () => {
      await using file = await this.#fs.open(path);
      const hash = createHash(algorithm);
      await pipeline(file.createReadStream({ autoClose: false }), hash, { signal: this.#signal });
      const actual = `${algorithm}-${hash.digest('hex')}`;
      return actual === expected ? OK : { state: 'damaged', why: `has the digest ${actual}` };
    });
  }

  /** The manifest has no digest of its own; what vouches for it is the ACI that it was taken from. */
  #manifest(path: string, aci: string): Promise<Health> {
    return this.#readable(async () => {
      const text = await this.#fs.readFile(path, 'utf8');
      if (text === (await readManifest(aci))) return OK;
      return { state: 'damaged', why: `is not the manifest in ${basename(aci)}` };
    });
  }

  #tree(path: string, key: string): Promise<Health> {
    return this.#readable(async () => {
      const differences = await verifyTree(this.#fs, path, key, this.#signal);
      if (differences === undefined) return { state: 'missing', why: 'is not there' };
      const [first, ...others] = differences;
      if (first === undefined) return OK;
      const more = others.length === 0 ? '' : `, and ${others.length} more`;
      return { state: 'damaged', why: `is not as it was rendered: ${first.path} ${first.what}${more}` };
    });
  }

  async #readable(read: () => Promise<Health>): Promise<Health> {
    try {
      return await read();
    } catch (error) {
      this.#signal.throwIfAborted();
      const code = error instanceof LarderError ? error.code : errnoOf(error);
      if (code === 'ENOENT') return { state: 'missing', why: 'is not there' };
      if (code === undefined) throw error;
      return { state: 'damaged', why: `cannot be read (${code})` };
    }
  }

  async #list(directory: string): Promise<readonly string[]> {
    try {
      return (await this.#fs.readdir(directory)).toSorted();
    } catch (error) {
      // Nothing of this algorithm was ever stored, or the file is none of the store's.
      if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
      throw error;
    }
  }
}
