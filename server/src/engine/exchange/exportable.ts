import { LarderError } from '../../domain/errors.ts';
import type { DockerCacheData, RemoteRecord, StoreRecord } from '../../domain/record.ts';
import type { DockerReference } from '../../domain/reference.ts';
import { familiarName, parseReference } from '../../domain/reference.ts';
import type { Host } from '../host.ts';
import type { Descriptor } from '../registry/descriptor.ts';
import { matches } from '../registry/digest.ts';
import { parseManifest } from '../registry/manifest.ts';
import type { ImageManifest } from '../registry/manifest.ts';
import { refusal } from '../registry/manifest-error.ts';
import type { Refuse } from '../registry/manifest-error.ts';
import { MANIFEST_LIMIT } from '../registry/registry-client.ts';
import { CONFIG_LIMIT, parseDiffIds } from '../sources/docker-config.ts';
import { readBounded } from '../read-bounded.ts';
import type { Layout } from '../store/layout.ts';
import { errnoOf, storeIo } from '../store/store-error.ts';
import { spoiled } from './stored-blob.ts';
import type { StoredBlob } from './stored-blob.ts';

/** A layer as the registry has it. */
export interface ExportableLayer extends Descriptor, StoredBlob {
  /** Digest of the uncompressed layer. */
  readonly diffId: string;
}

/** A docker image all of whose blobs are in the store. */
export interface Exportable {
  readonly reference: DockerReference;
  readonly manifest: Descriptor & { readonly bytes: Buffer };
  readonly config: Descriptor & { readonly bytes: Buffer };
  /** The lowest first. */
  readonly layers: readonly ExportableLayer[];
}

type FromRegistry = RemoteRecord & { readonly docker: DockerCacheData };

/**
 * Finds the blobs that a stored image was made of.
 * @throws LarderError E_UNSUPPORTED for an ACI that was published as one, E_NOT_FOUND when blobs have been removed,
 *   E_STORE_CORRUPT, E_MANIFEST
 */
export async function exportable(
  host: Pick<Host, 'fs'>,
  layout: Layout,
  { image, remote }: StoreRecord,
): Promise<Exportable> {
  if (!isFromRegistry(remote)) {
    throw new LarderError(
      'E_UNSUPPORTED',
      `${image.imageId.slice(0, 19)} (${image.name}) was not made of the layers of a docker image, so it can only be exported with --format aci.`,
    );
  }
  const found = new Blobs(host, layout, remote);
  const refuse = refusal(`the manifest of ${found.name}`);
  const manifest = await found.manifest(refuse);
  const { config, layers } = manifest.document;
  await found.checkAll([config, ...layers]);
  const configBytes = await found.read(config.digest, CONFIG_LIMIT);
  const diffIds = parseDiffIds(configBytes, layers.length, refuse);
  return {
    reference: parseReference(remote.url.slice('docker://'.length)),
    manifest: manifest.content,
    config: { ...config, bytes: configBytes },
    layers: layers.map((layer, at) => ({
      ...layer,
      path: layout.blob(layer.digest),
      diffId: diffIds[at] ?? '',
    })),
  };
}

/** OCI does not demand that a manifest says what it is; Docker does. */
function mediaTypeOf(manifest: Buffer): string {
  const { mediaType } = JSON.parse(manifest.toString()) as { readonly mediaType?: unknown };
  return typeof mediaType === 'string' ? mediaType : 'application/vnd.oci.image.manifest.v1+json';
}

function isFromRegistry(remote: RemoteRecord | null): remote is FromRegistry {
  return remote !== null && remote.docker !== null;
}

class Blobs {
  readonly name: string;
  readonly #host: Pick<Host, 'fs'>;
  readonly #layout: Layout;
  readonly #remote: FromRegistry;

  constructor(host: Pick<Host, 'fs'>, layout: Layout, remote: FromRegistry) {
    this.name = familiarName(parseReference(remote.url.slice('docker://'.length)));
    this.#host = host;
    this.#layout = layout;
    this.#remote = remote;
  }

  async manifest(refuse: Refuse): Promise<{ document: ImageManifest; content: Exportable['manifest'] }> {
    const { manifestDigest: digest } = this.#remote.docker;
    const bytes = await this.read(digest, MANIFEST_LIMIT);
    const document = parseManifest(bytes, undefined, refuse);
    if (document.kind === 'index') throw refuse('it is an index', 'E_UNSUPPORTED');
    return { document, content: { digest, size: bytes.length, mediaType: mediaTypeOf(bytes), bytes } };
  }

  /** @throws LarderError E_NOT_FOUND that names what is missing */
  async checkAll(blobs: readonly Descriptor[]): Promise<void> {
    const missing = new Set<string>();
    for (const { digest, size } of blobs) {
      const path = this.#layout.blob(digest);
      const found = await this.#sizeOf(path);
      if (found === undefined) missing.add(digest);
      else if (found !== size) throw spoiled(path);
    }
    const [first] = missing;
    if (first !== undefined) throw this.#gone(first, missing.size - 1);
  }

  async read(digest: string, limit: number): Promise<Buffer> {
    const path = this.#layout.blob(digest);
    try {
      const bytes = await readBounded(this.#host, path, limit);
      if (bytes === undefined || !matches(bytes, digest)) throw spoiled(path);
      return bytes;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') throw this.#gone(digest, 0);
      return storeIo('read', path, () => Promise.reject(error as Error));
    }
  }

  async #sizeOf(path: string): Promise<number | undefined> {
    try {
      return (await this.#host.fs.stat(path)).size;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      return storeIo('read', path, () => Promise.reject(error as Error));
    }
  }

  #gone(digest: string, more: number): LarderError {
    const what = more === 0 ? `its blob ${digest} is` : `its blob ${digest} and ${more} more are`;
    return new LarderError(
      'E_NOT_FOUND',
      `Larder cannot export ${this.name} because ${what} no longer in the store; get what is missing with larder fetch --force-fetch --no-cache ${this.#remote.url}, or import its archive again.`,
    );
  }
}
