import type { Platform } from '../../domain/image.ts';
import { quote } from '../../domain/quote.ts';
import { parseManifest } from '../registry/manifest.ts';
import type { ImageManifest } from '../registry/manifest.ts';
import { refusal } from '../registry/manifest-error.ts';
import { MANIFEST_LIMIT } from '../registry/registry-client.ts';
import { selectPlatform } from '../registry/select-platform.ts';
import { CONFIG_LIMIT, parseDiffIds } from '../sources/docker-config.ts';
import type { ArchivedImage, ArchivedLayer, Document, ListedImage } from './archived-image.ts';
import type { Descriptor } from '../registry/descriptor.ts';
import type { MemberReader } from './members.ts';
import { blobName } from './oci-export.ts';
import { parseLayoutIndex, parseObject } from './oci-index.ts';
import type { NamedEntries } from './oci-index.ts';

/** What marks an image layout. */
export const LAYOUT_FILE = 'oci-layout';
const VERSION_LIMIT = 64 * 1024;

/**
 * Lists the images of an OCI image layout.
 * @param path of the layout, for messages
 * @throws LarderError E_ARCHIVE, E_MANIFEST, E_TOO_LARGE, E_UNSUPPORTED, E_REF
 */
export async function listLayout(reader: MemberReader, path: string): Promise<readonly ListedImage[]> {
  const layout = refusal(`the ${LAYOUT_FILE} of ${path}`);
  const { imageLayoutVersion: version } = parseObject(await reader.read(LAYOUT_FILE, VERSION_LIMIT), layout);
  if (version !== '1.0.0') {
    throw layout(`its version is ${quote(String(version))}, and only 1.0.0 is known`, 'E_UNSUPPORTED');
  }
  const index = await reader.read('index.json', MANIFEST_LIMIT);
  return parseLayoutIndex(index, refusal(`the index.json of ${path}`)).map((named) => ({
    names: named.name === undefined ? [] : [named.name],
    tag: named.tag,
    read: (platform, accept) => new LayoutImage(reader, path, named).read(platform, accept),
  }));
}

class LayoutImage {
  readonly #reader: MemberReader;
  readonly #path: string;
  readonly #named: NamedEntries;

  constructor(reader: MemberReader, path: string, named: NamedEntries) {
    this.#reader = reader;
    this.#path = path;
    this.#named = named;
  }

  async read(platform: Platform, accept: () => Promise<void>): Promise<ArchivedImage> {
    const { manifest, documents } = await this.#manifest(platform);
    await accept();
    const [top, chosen = top] = documents;
    if (top === undefined || chosen === undefined) throw new Error('an image was read without its manifest');
    const config = await this.#reader.readBlob(manifest.config, CONFIG_LIMIT);
    const diffIds = parseDiffIds(config, manifest.layers.length, refusal(this.#words(chosen)));
    const layers = await Promise.all(
      manifest.layers.map((layer, at) => this.#layer(layer, diffIds[at] ?? '')),
    );
    return {
      digest: top.digest,
      manifestDigest: chosen.digest,
      config: { digest: manifest.config.digest, bytes: config },
      manifests: documents,
      layers,
    };
  }

  /** Chooses by platform as a pull does, in the layout's own index and in one that it leads to. */
  async #manifest(platform: Platform): Promise<{ manifest: ImageManifest; documents: readonly Document[] }> {
    const { entries } = this.#named;
    const refuse = refusal(`the index.json of ${this.#path}`);
    const [only] = entries;
    const entry =
      only !== undefined && entries.length === 1
        ? only
        : selectPlatform({ kind: 'index', entries }, platform, refuse);
    const top = await this.#parse(entry);
    if (top.manifest.kind === 'image') return { manifest: top.manifest, documents: [top.document] };
    const chosen = await this.#parse(
      selectPlatform(top.manifest, platform, refusal(this.#words(top.document))),
    );
    if (chosen.manifest.kind === 'image') {
      return { manifest: chosen.manifest, documents: [top.document, chosen.document] };
    }
    throw refusal(this.#words(chosen.document))('it is another index', 'E_UNSUPPORTED');
  }

  async #parse(
    entry: Descriptor,
  ): Promise<{ manifest: ReturnType<typeof parseManifest>; document: Document }> {
    const document = { digest: entry.digest, bytes: await this.#reader.readBlob(entry, MANIFEST_LIMIT) };
    return {
      manifest: parseManifest(document.bytes, entry.mediaType, refusal(this.#words(document))),
      document,
    };
  }

  async #layer(layer: Descriptor, diffId: string): Promise<ArchivedLayer> {
    const extent = await this.#reader.locate(blobName(layer));
    if (extent.size === layer.size) return { ...layer, extent, diffId };
    const why = `its layer ${layer.digest} has ${extent.size} bytes where ${layer.size} are announced`;
    throw this.#reader.refuse(why, 'E_SIZE');
  }

  #words({ digest }: Document): string {
    return `the manifest ${digest} in ${this.#path}`;
  }
}
