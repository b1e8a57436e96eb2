import { familiarName } from '../../domain/reference.ts';
import type { DockerReference } from '../../domain/reference.ts';
import { addText } from './archive-sink.ts';
import type { ArchiveSink, FileSystem } from './archive-sink.ts';
import type { Exportable } from './exportable.ts';
import { inflatedSize, inflateStored } from './inflate-stored.ts';

/**
 * Writes what `docker save` writes: the configuration, byte for byte, whose digest is docker's image ID; each layer
 * uncompressed, under the digest that the configuration has for it; and manifest.json, which says what belongs together
 * (moby, image/spec/v1.2.md, "Combined Image JSON + Filesystem Changeset Format").
 * @throws LarderError E_STORE_CORRUPT
 */
export async function writeDockerArchive(
  host: FileSystem,
  { reference, config, layers }: Exportable,
  sink: ArchiveSink,
  signal: AbortSignal,
): Promise<void> {
  const configName = `${hexOf(config.digest)}.json`;
  const layerNames = layers.map(({ diffId }) => `${hexOf(diffId)}.tar`);
  const described = { Config: configName, RepoTags: tagsOf(reference), Layers: layerNames };
  await addText(sink, 'manifest.json', JSON.stringify([described]));
  await sink.add(configName, config.bytes.length, [config.bytes]);
  const distinct = new Map(layers.map((layer, at) => [layerNames[at] ?? '', layer]));
  for (const [name, layer] of distinct) {
    // Twice, since its size comes first in an archive; to keep it meanwhile would take as much room as the image.
    const size = await inflatedSize(host, layer, signal);
    await sink.add(name, size, inflateStored(host, layer, signal));
  }
}

/** An image that was fetched by its digest has no tag. */
function tagsOf({ digest, tag = 'latest', ...rest }: DockerReference): string[] | null {
  return digest === undefined ? [familiarName({ ...rest, tag, digest })] : null;
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}
