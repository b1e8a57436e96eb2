import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readManifest } from '../../server/src/engine/store/image-manifest.ts';
import { Layout } from '../../server/src/engine/store/layout.ts';
import { openStore } from '../../server/src/engine/store/store.ts';
import type { Store } from '../../server/src/engine/store/store.ts';
import { archive } from '../engine/aci/archives.ts';
import { testHost, withDirectory } from '../engine/store/fixture.ts';
import type { TarHeader } from '../../server/src/engine/aci/tar-entry.ts';
import { imageIdOf } from '../helpers/aci.ts';
import { larder } from './fake-terminal.ts';

type Member = [changes: Partial<TarHeader>, data?: string];

/** Puts an ACI with a manifest of one's own into the store, and gives its image ID. */
async function put(store: Store, manifest: object, ...members: Member[]): Promise<string> {
  const text = JSON.stringify({ acKind: 'ImageManifest', acVersion: '0.8.11', ...manifest });
  const bytes = archive(
    [{ name: 'manifest' }, text],
    [{ name: 'rootfs/', type: 'directory', mode: 0o755 }],
    ...members,
  );
  const file = await store.tempFile('.aci');
  await writeFile(file, bytes);
  const { name, labels, dependencies } = readManifest(text);
  const imageId = imageIdOf(bytes);
  await store.importImage({
    ...{ file, imageId, size: bytes.length, manifest: text, name, labels, dependencies },
    ...{ latest: false, signers: [], remote: null },
  });
  return imageId;
}

/** A store with example.com/app, which depends on example.com/base, of which it wants only some paths. */
async function withStore(
  body: (root: string, directory: string, base: string) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const root = join(directory, 'store');
    const store = await openStore(testHost(), root);
    // Those that an image name stands for here.
    const labels = Object.entries({ arch: 'amd64', os: 'linux', version: '1' }).map(([label, value]) => ({
      name: label,
      value,
    }));
    const base = await put(
      store,
      { name: 'example.com/base', labels },
      [{ name: 'rootfs/lib' }, 'base lib'],
      [{ name: 'rootfs/doc' }, 'base doc'],
      [{ name: 'rootfs/null', type: 'character', deviceMajor: 1, deviceMinor: 3 }],
    );
    await put(
      store,
      {
        name: 'example.com/app',
        labels,
        dependencies: [{ imageName: 'example.com/base', imageID: base, labels }],
        pathWhitelist: ['/app', '/lib', '/null'],
      },
      [{ name: 'rootfs/app', pax: [['SCHILY.xattr.user.x', 'y']] }, 'app'],
    );
    await store.close();
    await body(root, directory, base);
  });
}

describe('larder image render', () => {
  it('writes the files of an image and of what it depends on, and says what it could not', () =>
    withStore(async (root, directory) => {
      const args = ['image', 'render', '--dir', root, 'example.com/app', 'out'];
      const { code, stdout, stderr } = await larder(args, { cwd: directory });
      assert.deepEqual([code, stdout], [0, '']);
      const out = join(directory, 'out');
      assert.deepEqual(stderr.trimEnd().split('\n'), [
        `example.com/app: rendered to ${out} (3 entries, 11 B)`,
        'not made, since devices and fifos need privileges: /null',
        'extended attributes were not set: /app',
      ]);
      assert.deepEqual((await readdir(out, { recursive: true })).sort(), [
        ...['manifest', 'rootfs', join('rootfs', 'app'), join('rootfs', 'lib')],
      ]);
      const manifest = JSON.parse(await readFile(join(out, 'manifest'), 'utf8')) as { name: string };
      assert.equal(manifest.name, 'example.com/app');
    }));

  it('fails when a dependency is not in the store, and names what needs it', () =>
    withStore(async (root, directory, base) => {
      const store = await openStore(testHost(), root);
      await store.removeImage(base);
      await store.close();
      const args = ['image', 'render', '--dir', root, 'example.com/app', 'out'];
      const { code, stderr } = await larder(args, { cwd: directory });
      assert.equal(code, 1);
      assert.match(
        stderr,
        /"example\.com\/base,arch=amd64,os=linux,version=1" is not in the store.*needed by example\.com\/app.*\[E_NOT_IN_STORE\]/,
      );
      assert.ok(!(await readdir(directory)).includes('out'));
    }));

  it('fails when the image is not there, is damaged, or the directory is not empty', () =>
    withStore(async (root, directory, base) => {
      const render = async (image: string, to: string): Promise<string> => {
        const { code, stderr } = await larder(['image', 'render', '--dir', root, image, to], {
          cwd: directory,
        });
        return `${code} ${/\[(.*)\]$/.exec(stderr.trimEnd())?.[1] ?? stderr}`;
      };
      assert.equal(await render('example.com/none', 'out'), '1 E_NOT_FOUND');
      assert.equal(await render(base, 'store'), '1 E_FILE');
      await writeFile(new Layout(root).image(base), 'damaged');
      assert.equal(await render('example.com/app', 'out'), '1 E_DIGEST');
      await rm(new Layout(root).manifest(base));
      assert.equal(await render('example.com/app', 'out'), '1 E_STORE_CORRUPT');
      assert.ok(!(await readdir(directory)).includes('out'));
    }));
});
