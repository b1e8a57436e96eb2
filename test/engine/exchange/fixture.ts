/** A store with an image that was pulled, another store that is empty, and the ways between the two. */
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Platform } from '../../../server/src/domain/image.ts';
import { formatPlatform } from '../../../server/src/domain/platform.ts';
import type { StoreRecord } from '../../../server/src/domain/record.ts';
import { parseReference } from '../../../server/src/domain/reference.ts';
import { exportImage } from '../../../server/src/engine/exchange/export.ts';
import type { ExportFormat } from '../../../server/src/engine/exchange/export-formats.ts';
import { ArchiveImporter } from '../../../server/src/engine/exchange/import.ts';
import type { ImportedImage } from '../../../server/src/engine/exchange/import.ts';
import type { PolicyFile } from '../../../server/src/engine/policy/policy-file.ts';
import { DockerSource } from '../../../server/src/engine/sources/docker-source.ts';
import { Layout } from '../../../server/src/engine/store/layout.ts';
import { openStore } from '../../../server/src/engine/store/store.ts';
import type { Store } from '../../../server/src/engine/store/store.ts';
import { buildImage } from '../../helpers/images.ts';
import type { ImageSpec, Pushable, TestImage } from '../../helpers/images.ts';
import { LAYER_WORKERS } from '../../helpers/layer-workers.ts';
import { AMD64, withRegistry } from '../sources/fixture.ts';
import type { Fixture } from '../sources/fixture.ts';
import { testHost } from '../store/fixture.ts';

export { AMD64 };
export const NEVER = new AbortController().signal;
export const ignore = (): void => undefined;

/** Layers of every compression, one of them twice. */
export const imageOf = (spec: Partial<ImageSpec> = {}): Promise<TestImage> => {
  const twice = { files: [{ name: 'usr/share/doc', content: 'words '.repeat(10_000) }] };
  const layers = [
    twice,
    { files: [{ name: 'etc/motd', content: 'hello' }], compression: 'zstd' as const },
    { files: [{ name: 'plain', content: 'text' }], compression: 'none' as const },
    twice,
  ];
  return buildImage({ layers, config: { Cmd: ['/bin/app'], Env: ['A=1'] }, ...spec });
};

/** Where images are imported. */
export interface Importing {
  readonly importer: ArchiveImporter;
  readonly store: Store;
  /** Absolute; of the store and of whatever a test makes. */
  readonly directory: string;
  import(
    path: string,
    reference?: string,
    platform?: Platform,
  ): Promise<readonly ImportedImage[] | undefined>;
  readonly record: (reference: string, platform?: Platform) => StoreRecord | undefined;
  /** The files in the store but for its index and locks, relative to it. */
  readonly files: () => Promise<string[]>;
}

export async function withStore(
  body: (importing: Importing) => Promise<void>,
  policy: Pick<PolicyFile, 'read'> = { read: () => Promise.resolve(null) },
): Promise<void> {
  const directory = await fs.mkdtemp(join(tmpdir(), 'larder-exchange-'));
  const host = testHost();
  const root = join(directory, 'store');
  const store = await openStore(host, root);
  const importer = new ArchiveImporter(host, store, LAYER_WORKERS, policy);
  try {
    await body({
      ...{ importer, store, directory },
      import: (path, reference, platform = AMD64) =>
        importer.import(
          { path, reference: reference === undefined ? undefined : parseReference(reference), platform },
          { signal: NEVER, onProgress: ignore },
        ),
      record: (text, platform = AMD64) => {
        const reference = parseReference(text);
        const canonical = `docker://${reference.registry}/${reference.repository}:${reference.tag ?? ''}`;
        return store.view().find({ kind: 'docker', canonical, reference }, formatPlatform(platform));
      },
      files: async () => {
        const found = await fs.readdir(root, { recursive: true, withFileTypes: true });
        return found
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
          .filter((path) => !/^(?:index|locks)/.test(path))
          .toSorted();
      },
    });
  } finally {
    await store.close();
    await fs.rm(directory, { recursive: true, force: true });
  }
}

export interface Exporting extends Fixture {
  readonly directory: string;
  /** Pulls `team/app:1`, or another reference to the registry. @returns the image ID */
  readonly pull: (image: Pushable, reference?: string, platform?: Platform) => Promise<string>;
  readonly record: (reference?: string, platform?: Platform) => StoreRecord;
  /** @returns the path of the file or directory, which is named `name` */
  readonly export: (format: ExportFormat, name: string, record?: StoreRecord) => Promise<string>;
}

export async function withPulled(body: (exporting: Exporting) => Promise<void>): Promise<void> {
  const directory = await fs.mkdtemp(join(tmpdir(), 'larder-exports-'));
  try {
    await withRegistry(async (fixture) => {
      const { context, store, registry, host } = fixture;
      const source = new DockerSource(context, store, LAYER_WORKERS);
      const record = (reference = 'team/app:1', platform = AMD64): StoreRecord => {
        const found = store.view().find(fixture.image(reference), formatPlatform(platform));
        if (found === undefined) throw new Error(`${reference} is not in the store`);
        return found;
      };
      await body({
        ...fixture,
        directory,
        record,
        pull: async (image, reference = 'team/app:1', platform = AMD64) => {
          const [repository = '', tag = ''] = reference.split(':');
          registry.push(repository, tag, image);
          const watch = { platform, signal: NEVER, onProgress: ignore };
          return (await source.get(fixture.image(reference), watch)).import();
        },
        export: async (format, name, from = record()) => {
          const to = join(directory, name);
          await exportImage(
            host,
            new Layout(store.root),
            { record: from, format, to, overwrite: false },
            NEVER,
          );
          return to;
        },
      });
    });
  } finally {
    await fs.rm(directory, { recursive: true, force: true });
  }
}
