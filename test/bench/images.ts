/** Images of any size, made as OCI layouts on disk and pushed to a registry. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { descriptor, jsonContent } from '../helpers/images.ts';
import type { Content } from '../helpers/layers.ts';
import { run } from '../real/parts.ts';
import { imageContent } from './content.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

export interface LayerShape {
  /** Another seed gives other files. */
  readonly seed: string;
  readonly files: number;
  /** Of each file, in bytes. */
  readonly fileSize: number;
}

/** Decides over every byte; whoever changes a shape changes its name or its tag, too: images are kept from run to run. */
export interface ImageShape {
  readonly name: string;
  readonly tag: string;
  readonly layers: readonly LayerShape[];
}

export async function hasImage(host: string, { name, tag }: ImageShape): Promise<boolean> {
  const response = await fetch(`http://${host}/v2/${name}/manifests/${tag}`, {
    method: 'HEAD',
    headers: { accept: MANIFEST },
  });
  return response.ok;
}

/** Makes an image in an empty directory, which is left empty, and pushes it. */
export async function pushImage(host: string, shape: ImageShape, directory: string): Promise<void> {
  const layout = join(directory, 'layout');
  await writeLayout(layout, shape);
  const to = `docker://${host}/${shape.name}:${shape.tag}`;
  await run('skopeo', 'copy', '--quiet', '--dest-tls-verify=false', `oci:${layout}:1`, to);
  await rm(layout, { recursive: true });
}

/** An image in the form of the image-spec, "Image Layout", with the tag `1`. */
async function writeLayout(layout: string, { layers: shapes }: ImageShape): Promise<void> {
  const blobs = join(layout, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const layers = await Promise.all(shapes.map((shape) => writeLayer(blobs, shape)));
  const config = jsonContent('application/vnd.oci.image.config.v1+json', {
    ...{ created: '2024-01-01T00:00:00Z', os: 'linux', architecture: 'amd64', config: { Cmd: ['/bin/app'] } },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  });
  const manifest = jsonContent(MANIFEST, {
    ...{ schemaVersion: 2, mediaType: MANIFEST, config: descriptor(config) },
    layers: layers.map((layer) => layer.descriptor),
  });
  for (const { digest, bytes } of [config, manifest]) await writeFile(join(blobs, hexOf(digest)), bytes);
  const tagged = { ...descriptor(manifest), annotations: { 'org.opencontainers.image.ref.name': '1' } };
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [tagged] }));
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

async function writeLayer(
  blobs: string,
  shape: LayerShape,
): Promise<{ descriptor: Pick<Content, 'mediaType' | 'digest'> & { size: number }; diffId: string }> {
  const file = join(blobs, `${shape.seed}.partial`);
  const [tar, gzip] = [digester(), digester()];
  const archive = tarOf(shape);
  await pipeline(archive, tar.stream, createGzip(), gzip.stream, createWriteStream(file));
  const { digest, size } = gzip.result();
  await rename(file, join(blobs, hexOf(digest)));
  const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
  return { descriptor: { mediaType, digest, size }, diffId: tar.result().digest };
}

function tarOf({ seed, files, fileSize }: LayerShape): PassThrough {
  const archive = pack();
  const output = new PassThrough();
  const mtime = new Date(Date.UTC(2024, 0, 1));
  const write = async (): Promise<void> => {
    for (let at = 0; at < files; at++) {
      const name = `${seed}/${Math.floor(at / 100)}/file${at}`;
      const content = imageContent(`${seed} ${at}`, fileSize);
      await new Promise<void>((done, fail) =>
        archive.entry({ name, mtime }, content, (error) => (error ? fail(error) : done())),
      );
    }
    archive.finalize();
  };
  archive.pipe(output);
  write().catch((error: unknown) => output.destroy(error as Error));
  return output;
}

/** Passes bytes on and counts and hashes them. */
function digester(): { stream: Transform; result(): { digest: string; size: number } } {
  const hash = createHash('sha256');
  let size = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, result: () => ({ digest: `sha256:${hash.digest('hex')}`, size }) };
}

function hexOf(digest: string): string {
  return digest.replace('sha256:', '');
}
