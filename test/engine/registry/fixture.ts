/** One blob in a registry, and what it takes to download it. */
import { randomBytes } from 'node:crypto';
import type { DownloadWatch } from '../../../server/src/engine/registry/blob-download.ts';
import type { Descriptor } from '../../../server/src/engine/registry/descriptor.ts';
import { sha256 } from '../../helpers/layers.ts';
import type { Content } from '../../helpers/layers.ts';
import { withRegistry } from '../sources/fixture.ts';
import type { Fixture, FixtureOptions } from '../sources/fixture.ts';

export const REPOSITORY = 'team/app';
export const LAYER = 'application/vnd.oci.image.layer.v1.tar';

export interface BlobFixture extends Fixture {
  readonly bytes: Buffer;
  readonly blob: Descriptor;
  readonly download: (watch?: Partial<DownloadWatch>) => Promise<void>;
  /** Leaves a partial download in the store, as an earlier run would. */
  readonly leave: (bytes: Buffer, validator: string | null) => Promise<void>;
  /** What an earlier run has left. */
  readonly left: () => Promise<Buffer>;
  /** The requests, without the path that all share: `GET bytes=10- → 206`. */
  readonly requests: () => string[];
}

export function withBlob(
  size: number,
  body: (fixture: BlobFixture) => Promise<void>,
  options?: FixtureOptions,
): Promise<void> {
  return withRegistry((fixture) => {
    const { registry, store, context, host } = fixture;
    const bytes = randomBytes(size);
    const content = pushBlob(fixture, bytes);
    const blob = { mediaType: LAYER, digest: content.digest, size };
    const path = ` /v2/${REPOSITORY}/blobs/${blob.digest}`;
    const repository = { registry: registry.host, repository: REPOSITORY };
    return body({
      ...fixture,
      bytes,
      blob,
      download: (watch = {}) =>
        context.downloads.get(repository, blob, {
          signal: new AbortController().signal,
          onBytes: () => undefined,
          ...watch,
        }),
      leave: async (start, validator) => {
        const partial = await store.blobs.partial(blob.digest);
        await partial.setValidator(validator);
        await partial.append(start);
        await partial.close();
      },
      left: async () => {
        const partial = await store.blobs.partial(blob.digest);
        try {
          return partial.size === 0 ? Buffer.alloc(0) : await host.fs.readFile(partial.path);
        } finally {
          await partial.close();
        }
      },
      requests: () => registry.requestLines.map((line) => line.replace(path, '')),
    });
  }, options);
}

export function pushBlob({ registry }: Fixture, bytes: Buffer): Content {
  const content = { digest: sha256(bytes), mediaType: LAYER, bytes };
  registry.push(REPOSITORY, undefined, { digest: content.digest, manifests: [], blobs: [content] });
  return content;
}
