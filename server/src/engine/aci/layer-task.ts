import { closeSync, openSync, readSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { AciInput, ScannedAci } from './aci-scan.ts';
import type { WrittenAci } from './aci-writer.ts';
import { writeAci } from './aci-writer.ts';
import { aciManifest } from './docker-manifest.ts';
import type { AciManifest, DockerImageInput } from './docker-manifest.ts';
import { fileAt } from './file-tree.ts';
import type { Directory } from './file-tree.ts';
import { scanLayer } from './layer-scan.ts';
import type { LayerInput } from './layer-scan.ts';
import { squash } from './squash.ts';
import type { TarEntry } from './tar-entry.ts';

/** A scanned layer as it goes from thread to thread: moved, not copied, and not looked into on the way. */
export interface PackedLayer {
  /** Path of the uncompressed archive. */
  readonly archive: string;
  /** The entries, serialised. */
  readonly listing: Uint8Array<ArrayBuffer>;
}

export interface ScanTask {
  readonly kind: 'scan';
  readonly layer: LayerInput;
  readonly spool: string;
}

export interface WriteTask {
  readonly kind: 'write';
  /** Lowest first. */
  readonly layers: readonly PackedLayer[];
  readonly image: DockerImageInput;
  readonly out: string;
}

/** For an image that is published as an ACI. */
export interface UnpackTask extends AciInput {
  readonly kind: 'unpack';
}

export interface ConvertedImage extends WrittenAci {
  readonly manifest: AciManifest;
}

/** What workers do, and what each task gives. */
export interface LayerTasks {
  readonly scan: { readonly task: ScanTask; readonly result: PackedLayer };
  readonly write: { readonly task: WriteTask; readonly result: ConvertedImage };
  readonly unpack: { readonly task: UnpackTask; readonly result: ScannedAci };
}

/** Inflates and lists one layer. */
export async function runScan({ layer, spool }: ScanTask): Promise<PackedLayer> {
  const { archive, entries } = await scanLayer(layer, spool);
  // A copy of its own, so that it can be moved to another thread.
  return { archive, listing: new Uint8Array(serialize(entries)) };
}

/** Squashes the layers and writes the ACI. */
export async function runWrite({ layers, image, out }: WriteTask): Promise<ConvertedImage> {
  const archives: number[] = [];
  try {
    for (const { archive } of layers) archives.push(openSync(archive, 'r'));
    const root = squash(listings(layers));
    const manifest = aciManifest(image, readSmallFile(root, '/etc/passwd', archives));
    return { ...(await writeAci(out, manifest.json, root, archives)), manifest };
  } finally {
    for (const archive of archives) closeSync(archive);
  }
}

function* listings(layers: readonly PackedLayer[]): Generator<TarEntry[]> {
  for (const { listing } of layers) yield deserialize(listing) as TarEntry[];
}

/** Larger than any real /etc/passwd. */
const SMALL = 1024 * 1024;

function readSmallFile(root: Directory, path: string, archives: readonly number[]): string | undefined {
  const file = fileAt(root, path);
  const archive = file === undefined ? undefined : archives[file.layer];
  if (file === undefined || archive === undefined || file.entry.size > SMALL) return undefined;
  const bytes = Buffer.alloc(file.entry.size);
  const read = readSync(archive, bytes, 0, bytes.length, file.entry.offset);
  return bytes.toString('utf8', 0, read);
}
