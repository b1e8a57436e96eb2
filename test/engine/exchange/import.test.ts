import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { readPolicy } from '../../../server/src/domain/policy/read-policy.ts';
import { buildAci } from '../../helpers/aci.ts';
import { buildImage, buildIndex, descriptor } from '../../helpers/images.ts';
import type { TestImage } from '../../helpers/images.ts';
import { ARM64 } from '../sources/fixture.ts';
import { blobOf, layoutOf, savedOf, tarOf } from './archives.ts';
import type { Files } from './archives.ts';
import { imageOf, withStore } from './fixture.ts';

/** Writes a layout into a directory. */
async function writeFiles(root: string, files: Files): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    await fs.mkdir(dirname(join(root, name)), { recursive: true });
    await fs.writeFile(join(root, name), content);
  }
  return root;
}

const plainImage = (content: string): Promise<TestImage> =>
  buildImage({ layers: [{ files: [{ name: 'a', content }], compression: 'none' }] });

describe('ArchiveImporter', () => {
  let image: TestImage;
  before(async () => {
    image = await imageOf();
  });

  it('gives one image for a layout, an archive of it, and one of docker save', async () => {
    await withStore(async (to) => {
      const layout = await writeFiles(join(to.directory, 'layout'), layoutOf(image));
      const [first] = (await to.import(layout)) ?? [];
      assert.equal(first?.reference, 'docker://registry-1.docker.io/team/app:1');
      const tar = join(to.directory, 'x.tar');
      await fs.writeFile(tar, await tarOf(layoutOf(image)));
      assert.deepEqual(await to.import(tar), [first]);
      await fs.writeFile(tar, await tarOf(savedOf(image)));
      const [saved] = (await to.import(tar)) ?? [];
      const record = to.record('team/app:1');
      assert.equal(record?.image.imageId, saved?.imageId);
      assert.equal(record?.remote?.docker?.configDigest, image.config.digest);
    });
  });

  it('imports each image under each of its names', async () => {
    const other = await plainImage('other');
    const files = { ...savedOf(image), ...savedOf(other) };
    files['manifest.json'] = JSON.stringify(
      [savedOf(image, ['a:1', 'b/c:2']), savedOf(other, ['d:3'])].flatMap(
        (saved) => JSON.parse(String(saved['manifest.json'])) as unknown[],
      ),
    );
    await withStore(async (to) => {
      const path = join(to.directory, 'x.tar');
      await fs.writeFile(path, await tarOf(files));
      const hub = 'docker://registry-1.docker.io';
      assert.deepEqual(
        (await to.import(path))?.map(({ reference }) => reference),
        [`${hub}/library/a:1`, `${hub}/b/c:2`, `${hub}/library/d:3`],
      );
      assert.equal(to.record('b/c:2')?.remote?.docker?.configDigest, image.config.digest);
      assert.equal(to.record('d:3')?.remote?.docker?.configDigest, other.config.digest);
      assert.equal((await to.import(path, 'd:3'))?.length, 1);
    });
  });

  it('chooses by platform, in the index.json and in an index that it leads to', async () => {
    const arm64 = await imageOf({ platform: ARM64 });
    const index = buildIndex([image, arm64]);
    const all = layoutOf(image, [arm64.manifest, arm64.config, ...arm64.layers, index.index]);
    const annotations = { 'org.opencontainers.image.ref.name': 'team/app:1' };
    const nested = [{ ...descriptor(index.index), annotations }];
    const flat = [image, arm64].map(({ manifest, platform }) => ({
      ...descriptor(manifest),
      ...{ platform, annotations },
    }));
    for (const manifests of [nested, flat]) {
      const files = { ...all, 'index.json': JSON.stringify({ schemaVersion: 2, manifests }) };
      await withStore(async (to) => {
        const layout = await writeFiles(join(to.directory, 'layout'), files);
        await to.import(layout, undefined, ARM64);
        await to.import(layout);
        const docker = to.record('team/app:1', ARM64)?.remote?.docker;
        assert.equal(docker?.manifestDigest, arm64.digest);
        assert.equal(docker.digest, manifests === nested ? index.digest : arm64.digest);
        assert.equal(to.record('team/app:1')?.remote?.docker?.manifestDigest, image.digest);
      });
    }
  });

  it('takes the layout of an archive that is also one of docker save', async () => {
    await withStore(async (to) => {
      const path = join(to.directory, 'x.tar');
      await fs.writeFile(path, await tarOf({ ...savedOf(image), ...layoutOf(image) }));
      await to.import(path);
      assert.equal(to.record('team/app:1')?.remote?.docker?.manifestDigest, image.digest);
    });
  });

  it('leaves an ACI to others', async () => {
    await withStore(async (to) => {
      const path = join(to.directory, 'x.aci');
      await fs.writeFile(path, buildAci().gzip);
      assert.equal(await to.import(path), undefined);
      assert.deepEqual(await to.files(), []);
    });
  });

  it('reads no pipes and no devices, and no directory that is no layout', async () => {
    await withStore(async (to) => {
      const layout = await writeFiles(join(to.directory, 'layout'), layoutOf(image));
      const [layer] = image.layers;
      const blob = join(layout, blobOf(layer ?? { digest: '' }));
      await fs.rm(blob);
      execFileSync('mkfifo', [blob]);
      await assert.rejects(to.import(layout), { code: 'E_ARCHIVE', message: /it has no file/ });
      await fs.rm(blob);
      await fs.symlink('/dev/zero', blob);
      await assert.rejects(to.import(layout), { code: 'E_ARCHIVE' });
      await fs.rm(blob);
      await fs.symlink('/etc/passwd', blob);
      await assert.rejects(to.import(layout), { code: 'E_SIZE' });
      await assert.rejects(to.import(to.directory), { code: 'E_ARCHIVE', message: /no OCI image layout\.$/ });
      await assert.rejects(to.import('/dev/null'), {
        code: 'E_FILE',
        message: /neither a file nor a directory/,
      });
      await assert.rejects(to.import('/none/x.tar'), { code: 'E_FILE', message: /does not exist/ });
      assert.deepEqual(await to.files(), []);
    });
  });

  it('asks the image policy before it reads more than the manifest', async () => {
    const { policy } = readPolicy(JSON.stringify({ default: [{ type: 'reject' }] }));
    assert.ok(policy);
    const inForce = { read: () => Promise.resolve({ path: '/policy.json', policy }) };
    await withStore(async (to) => {
      const files = layoutOf(image);
      const layout = await writeFiles(join(to.directory, 'layout'), {
        ...files,
        [blobOf(image.config)]: '?',
      });
      await assert.rejects(to.import(layout), {
        code: 'E_POLICY',
        message: /^\S+\/layout was not imported:/,
      });
      const saved = join(to.directory, 'x.tar');
      await fs.writeFile(saved, await tarOf({ 'manifest.json': String(savedOf(image)['manifest.json']) }));
      await assert.rejects(to.import(saved), { code: 'E_POLICY' });
      assert.deepEqual(await to.files(), []);
    }, inForce);
  });

  it('stops when it is told to, and leaves nothing', async () => {
    await withStore(async (to) => {
      const layout = await writeFiles(join(to.directory, 'layout'), layoutOf(image));
      const controller = new AbortController();
      const reason = new LarderError('E_CANCELLED', 'Stop.');
      const importing = to.importer.import(
        { path: layout, reference: undefined, platform: { os: 'linux', architecture: 'amd64' } },
        { signal: controller.signal, onProgress: () => controller.abort(reason) },
      );
      await assert.rejects(importing, reason);
      assert.deepEqual(await to.files(), []);
    });
  });
});
