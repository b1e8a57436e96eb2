import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Layout } from '../../../server/src/engine/store/layout.ts';
import { exportImage } from '../../../server/src/engine/exchange/export.ts';
import { DockerSource } from '../../../server/src/engine/sources/docker-source.ts';
import { buildIndex } from '../../helpers/images.ts';
import { LAYER_WORKERS } from '../../helpers/layer-workers.ts';
import { AMD64, ARM64 } from '../sources/fixture.ts';
import { ignore, imageOf, NEVER, withPulled, withStore } from './fixture.ts';

describe('an image that is exported and imported', () => {
  for (const mediaTypes of ['oci', 'docker'] as const) {
    for (const name of ['layout', 'layout.tar']) {
      it(`is the same image by way of ${name}, with ${mediaTypes} media types`, () =>
        withPulled(async (from) => {
          const image = await imageOf({ mediaTypes });
          const imageId = await from.pull(image);
          const path = await from.export('oci', name);
          const reference = `${from.registry.host}/team/app:1`;
          await withStore(async (to) => {
            assert.deepEqual(await to.import(path), [{ reference: `docker://${reference}`, imageId }]);
            const found = to.record(reference);
            assert.equal(found?.image.imageId, imageId);
            assert.equal(found.remote?.checkedAt, null, 'no registry was asked');
            assert.deepEqual(found.remote.docker, from.record().remote?.docker);
            for (const { digest, bytes } of [image.manifest, image.config, ...image.layers])
              assert.deepEqual(await to.store.blobs.read(digest, 1 << 20), bytes);
            assert.deepEqual(
              (await to.files()).filter((file) => file.startsWith('partial')),
              [],
            );
          });
        }));
    }
  }

  it("keeps docker's image ID and every file by way of a docker archive", () =>
    withPulled(async (from) => {
      const image = await imageOf();
      const imageId = await from.pull(image);
      const path = await from.export('docker-archive', 'image.tar');
      await withStore(async (to) => {
        const [imported] = (await to.import(path)) ?? [];
        const reference = `${from.registry.host}/team/app:1`;
        const found = to.record(reference);
        assert.equal(found?.image.imageId, imported?.imageId);
        assert.equal(found?.remote?.docker?.configDigest, image.config.digest);
        assert.equal(found.remote.checkedAt, null);
        const [pulled, converted] = await Promise.all([
          fs.readFile(from.store.imagePath(imageId)),
          fs.readFile(to.store.imagePath(found.image.imageId)),
        ]);
        // Only the digest of the manifest, which such archives do not have, is another.
        const same = pulled.toString('latin1').replace(image.digest, found.remote.docker.manifestDigest);
        assert.equal(converted.toString('latin1'), same);

        const again = join(to.directory, 'again.tar');
        const host = { fs };
        const request = { record: found, format: 'docker-archive', to: again, overwrite: false } as const;
        await exportImage(host, new Layout(to.store.root), request, NEVER);
        assert.deepEqual(await fs.readFile(again), await fs.readFile(path));
      });
    }));

  it('is found to be what the registry has, when it is asked', () =>
    withPulled(async (from) => {
      await from.pull(await imageOf());
      const path = await from.export('docker-archive', 'image.tar');
      await from.store.removeImage(from.record().image.imageId);
      await withStore(async (to) => {
        await to.import(path);
        const image = from.image('team/app:1');
        const record = to.record(`${from.registry.host}/team/app:1`);
        assert.ok(record);
        const context = { ...from.context, store: to.store };
        const source = new DockerSource(context, to.store, LAYER_WORKERS);
        const watch = { platform: AMD64, signal: NEVER, onProgress: ignore };
        assert.deepEqual(await source.ask(image, record, watch), { found: 'unchanged' });
        const asked = to.record(`${from.registry.host}/team/app:1`)?.remote;
        assert.equal(asked?.docker?.digest, (await imageOf()).digest);
        assert.ok(asked.checkedAt !== null);

        // What the registry said stays true of the same image.
        await to.import(path);
        assert.equal(
          to.record(`${from.registry.host}/team/app:1`)?.remote?.docker?.digest,
          asked.docker.digest,
        );
      });
    }));

  for (const [compression, compress] of Object.entries({ gzip: gzipSync, zstd: zstdCompressSync })) {
    it(`may be compressed with ${compression} meanwhile`, () =>
      withPulled(async (from) => {
        const imageId = await from.pull(await imageOf());
        const path = await from.export('oci', 'layout.tar');
        await withStore(async (to) => {
          const compressed = join(to.directory, 'compressed');
          await fs.writeFile(compressed, compress(await fs.readFile(path)));
          assert.equal((await to.import(compressed))?.[0]?.imageId, imageId);
        });
      }));
  }

  it('is the image of its platform where the registry has an index', () =>
    withPulled(async (from) => {
      const arm64 = await imageOf({ platform: ARM64 });
      const index = buildIndex([await imageOf(), arm64]);
      const imageId = await from.pull(index, 'team/app:1', ARM64);
      const record = from.record('team/app:1', ARM64);
      const path = await from.export('oci', 'layout', record);
      await withStore(async (to) => {
        assert.equal((await to.import(path, undefined, ARM64))?.[0]?.imageId, imageId);
        const docker = to.record(`${from.registry.host}/team/app:1`, ARM64)?.remote?.docker;
        assert.equal(docker?.manifestDigest, arm64.digest);
        assert.equal(docker.digest, arm64.digest, 'the index is not in the layout');
      });
    }));

  it('takes another name', () =>
    withPulled(async (from) => {
      await from.pull(await imageOf());
      const path = await from.export('oci', 'layout');
      await withStore(async (to) => {
        const [imported] = (await to.import(path, 'mine.example/other:2')) ?? [];
        assert.equal(imported?.reference, 'docker://mine.example/other:2');
        assert.equal(to.record('mine.example/other:2')?.image.name, 'mine.example/other');
      });
    }));
});
