import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LarderError } from '../../../server/src/domain/errors.ts';
import type { StoreRecord } from '../../../server/src/domain/record.ts';
import { exportImage } from '../../../server/src/engine/exchange/export.ts';
import type { ExportRequest } from '../../../server/src/engine/exchange/export.ts';
import { Layout } from '../../../server/src/engine/store/layout.ts';
import { descriptor } from '../../helpers/images.ts';
import type { TestImage } from '../../helpers/images.ts';
import { readEntries } from '../aci/archives.ts';
import { importImage } from '../store/fixture.ts';
import { imageOf, NEVER, withPulled } from './fixture.ts';
import type { Exporting } from './fixture.ts';

interface Fixture extends Exporting {
  readonly pulled: TestImage;
  /** Exports `team/app:1` as a layout, unless another thing is wanted; a path is one in `directory`. */
  readonly write: (
    wanted: Partial<ExportRequest> & Pick<ExportRequest, 'to'>,
    signal?: AbortSignal,
  ) => Promise<void>;
  /** What is in `directory`. */
  readonly list: () => Promise<string[]>;
}

const withImage = (body: (fixture: Fixture) => Promise<void>): Promise<void> =>
  withPulled(async (from) => {
    const image = await imageOf();
    await from.pull(image);
    await body({
      ...from,
      pulled: image,
      write: ({ to, ...others }, signal = NEVER) =>
        exportImage(
          { fs },
          new Layout(from.store.root),
          {
            ...{ record: from.record(), format: 'oci', overwrite: false, ...others },
            to: typeof to === 'string' ? join(from.directory, to) : to,
          },
          signal,
        ),
      list: async () => (await fs.readdir(from.directory)).toSorted(),
    });
  });

const json = async (path: string): Promise<unknown> => JSON.parse(await fs.readFile(path, 'utf8'));

describe('exportImage', () => {
  it('writes a layout with the names of BuildKit and containerd', () =>
    withImage(async ({ pulled: image, write, directory, registry }) => {
      await write({ to: 'layout' });
      assert.deepEqual(await json(join(directory, 'layout/index.json')), {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [
          {
            ...descriptor(image.manifest),
            annotations: {
              'io.containerd.image.name': `${registry.host}/team/app:1`,
              'org.opencontainers.image.ref.name': '1',
            },
          },
        ],
      });
      for (const { digest, bytes } of [image.manifest, image.config, ...image.layers])
        assert.deepEqual(await fs.readFile(join(directory, 'layout/blobs', digest.replace(':', '/'))), bytes);
    }));

  it('gives no name by a digest, which may be that of an index', () =>
    withImage(async ({ pulled: image, pull, record, write, directory }) => {
      const reference = `team/app@${image.digest}`;
      await pull(image, reference);
      await write({ to: 'layout', record: record(reference) });
      await write({ to: 'saved.tar', record: record(reference), format: 'docker-archive' });
      const { manifests } = (await json(join(directory, 'layout/index.json'))) as { manifests: unknown };
      assert.deepEqual(manifests, [descriptor(image.manifest)]);
      assert.match(await fs.readFile(join(directory, 'saved.tar'), 'latin1'), /"RepoTags":null/);
    }));

  for (const format of ['oci', 'docker-archive'] as const) {
    it(`writes the same bytes each time, to a file and elsewhere: ${format}`, () =>
      withImage(async ({ write, directory }) => {
        await write({ to: 'one.tar', format });
        await write({ to: 'two.tar', format });
        const pieces: Buffer[] = [];
        const to = (bytes: Uint8Array): Promise<void> => {
          pieces.push(Buffer.from(bytes));
          return Promise.resolve();
        };
        await write({ to, format });
        const one = await fs.readFile(join(directory, 'one.tar'));
        assert.deepEqual(await fs.readFile(join(directory, 'two.tar')), one);
        assert.deepEqual(Buffer.concat(pieces), one);
        for (const { mtime, uid, mode } of readEntries(one))
          assert.deepEqual([mtime, uid, mode], [0, 0, 0o644]);
      }));
  }

  it('saves each layer once and uncompressed', () =>
    withImage(async ({ pulled: image, write, directory }) => {
      await write({ to: 'saved.tar', format: 'docker-archive' });
      const bytes = await fs.readFile(join(directory, 'saved.tar'));
      const hex = (digest: string): string => digest.slice('sha256:'.length);
      const layers = image.layers.map(({ diffId }) => `${hex(diffId)}.tar`);
      assert.deepEqual(
        readEntries(bytes).map(({ name }) => name),
        ['manifest.json', `${hex(image.config.digest)}.json`, ...new Set(layers)],
      );
      assert.ok(bytes.includes(JSON.stringify(layers)), 'one is there twice in the list');
    }));

  it('names what is no longer in the store, and makes nothing', () =>
    withImage(async ({ pulled: image, store, write, list }) => {
      const [first, second] = image.layers;
      for (const layer of [first, second]) await fs.rm(store.blobs.path(layer?.digest ?? ''));
      for (const format of ['oci', 'docker-archive'] as const) {
        await assert.rejects(write({ to: 'x.tar', format }), {
          code: 'E_NOT_FOUND',
          message:
            /its blob sha256:[0-9a-f]{64} and 1 more are no longer in the store; .* --force-fetch --no-cache docker:/,
        });
      }
      assert.deepEqual(await list(), []);
      await write({ to: 'x.aci', format: 'aci' });
    }));

  it('refuses damaged blobs, and leaves nothing', () =>
    withImage(async ({ pulled: image, store, write, list }) => {
      for (const { digest, bytes } of [image.manifest, image.config, ...image.layers.slice(0, 3)]) {
        const spoilt = Buffer.from(bytes);
        const at = spoilt.length - 1;
        spoilt[at] = (spoilt[at] ?? 0) ^ 1;
        await fs.writeFile(store.blobs.path(digest), spoilt);
        for (const [to, format] of [
          ['layout', 'oci'],
          ['layout.tar', 'oci'],
          ['saved.tar', 'docker-archive'],
        ] as const)
          await assert.rejects(write({ to, format }), { code: 'E_STORE_CORRUPT', message: /is damaged/ });
        await fs.writeFile(store.blobs.path(digest), bytes);
      }
      await fs.appendFile(store.blobs.path(image.config.digest), ' ');
      await assert.rejects(write({ to: 'layout' }), { code: 'E_STORE_CORRUPT' });
      assert.deepEqual(await list(), []);
    }));

  it('refuses a damaged ACI', () =>
    withImage(async ({ store, record, write, list }) => {
      const path = store.imagePath(record().image.imageId);
      const bytes = await fs.readFile(path);
      bytes[1000] = (bytes[1000] ?? 0) ^ 1;
      await fs.writeFile(path, bytes);
      await assert.rejects(write({ to: 'x.aci', format: 'aci' }), { code: 'E_STORE_CORRUPT' });
      await fs.rm(path);
      await assert.rejects(write({ to: 'x.aci', format: 'aci' }), { code: 'E_NOT_FOUND' });
      assert.deepEqual(await list(), []);
    }));

  it('makes no layers where there were none', () =>
    withImage(async ({ store, write }) => {
      const imageId = await importImage(store, 'an aci', { name: 'example.com/app' });
      const image = store
        .view()
        .images()
        .find((stored) => stored.imageId === imageId);
      assert.ok(image);
      const record: StoreRecord = { image, remote: null };
      await assert.rejects(write({ to: 'layout', record }), {
        code: 'E_UNSUPPORTED',
        message: /\(example\.com\/app\) was not made of the layers .* --format aci\.$/,
      });
      await write({ to: 'x.aci', record, format: 'aci' });
    }));

  it('replaces a file or a layout when told to, and nothing else ever', () =>
    withImage(async ({ write, directory, list }) => {
      await write({ to: 'layout' });
      await write({ to: 'x.tar' });
      for (const to of ['layout', 'x.tar']) {
        await assert.rejects(write({ to }), { code: 'E_FILE', message: /it exists; .*--overwrite/ });
        await fs.writeFile(join(directory, to === 'layout' ? 'layout/mark' : to), 'old');
        await write({ to, overwrite: true });
      }
      assert.deepEqual((await fs.readdir(join(directory, 'layout'))).toSorted(), [
        'blobs',
        'index.json',
        'oci-layout',
      ]);
      assert.notEqual((await fs.stat(join(directory, 'x.tar'))).size, 3);

      await fs.mkdir(join(directory, 'precious'));
      await fs.writeFile(join(directory, 'precious/file'), 'x');
      await fs.symlink('precious', join(directory, 'link'));
      const overwrite = true;
      await assert.rejects(write({ to: 'precious', overwrite }), { message: /no OCI image layout/ });
      await assert.rejects(write({ to: 'precious', overwrite, format: 'aci' }), { message: /is no file/ });
      await assert.rejects(write({ to: 'link', overwrite }), { message: /is no directory/ });
      await fs.rename(join(directory, 'x.tar'), join(directory, 'file'));
      await assert.rejects(write({ to: 'file', overwrite }), { message: /is no directory/ });
      assert.deepEqual(await list(), ['file', 'layout', 'link', 'precious']);
    }));

  it('says what is wrong with a path', () =>
    withImage(async ({ write, list }) => {
      await assert.rejects(write({ to: 'none/x.tar' }), {
        code: 'E_FILE',
        message:
          /none\/x\.tar could not be written: the system answered ENOENT; check that its directory exists/,
      });
      assert.deepEqual(await list(), []);
    }));

  it('stops when it is told to, and leaves nothing', () =>
    withImage(async ({ write, list }) => {
      const reason = new LarderError('E_CANCELLED', 'Stop.');
      for (const to of ['layout', 'x.tar'])
        await assert.rejects(write({ to }, AbortSignal.abort(reason)), reason);
      assert.deepEqual(await list(), []);
    }));
});
