import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Trees } from '../../server/src/engine/render/trees.ts';
import { Layout } from '../../server/src/engine/store/layout.ts';
import { openStore } from '../../server/src/engine/store/store.ts';
import { buildAci } from '../helpers/aci.ts';
import { importImage, sha256, testHost, withDirectory } from '../engine/store/fixture.ts';
import { larder } from './fake-terminal.ts';

const BLOB = sha256('layer');
const PREPARE = ['prepare', '--no-fetch', '--insecure-options=image'];

/** A store with two images and a blob of a registry. */
async function withStore(body: (root: string, ids: [string, string]) => Promise<void>): Promise<void> {
  await withDirectory(async (root) => {
    const store = await openStore(testHost(), root);
    const ids = [];
    for (const name of ['example.com/a', 'example.com/b']) {
      const { bytes, imageId, manifest } = buildAci({
        name,
        app: { exec: ['/file'], user: '0', group: '0' },
      });
      // The archive is plain ASCII, so that it is a text too.
      ids.push(await importImage(store, bytes.toString('latin1'), { imageId, manifest, name }));
    }
    await store.blobs.put(BLOB, Buffer.from('layer'));
    await store.close();
    await body(root, ids as [string, string]);
  });
}

describe('larder image verify', () => {
  it('reads everything again', () =>
    withStore(async (root, [a, b]) => {
      const { code, stdout, stderr } = await larder(['image', 'verify', '--dir', root]);
      assert.deepEqual([code, stderr], [0, '5 files verified.\n']);
      const lines = [b, a].flatMap((id) => [`ok       image     ${id}`, `ok       manifest  ${id}`]);
      assert.deepEqual(stdout.trimEnd().split('\n'), [...lines, `ok       blob      ${BLOB}`]);
    }));

  it('fails when something is damaged or missing, and says what to do', () =>
    withStore(async (root, [a, b]) => {
      const layout = new Layout(root);
      await rm(layout.image(a));
      await writeFile(layout.blob(BLOB), 'another');
      const { code, stdout, stderr } = await larder(['image', 'verify', '--dir', root]);
      assert.equal(code, 1);
      assert.match(stdout, new RegExp(`^missing  image     ${a}: /.* is not there$`, 'm'));
      assert.match(stdout, new RegExp(`^ok       image     ${b}$`, 'm'));
      assert.match(stdout, new RegExp(`^damaged  blob      ${BLOB}: /.* has the digest sha256-`, 'm'));
      assert.match(
        stderr,
        /^4 files verified, 2 of them damaged or missing; larder image verify --repair puts/,
      );
    }));

  it('reads rendered trees too, and says what is not as it was', () =>
    withStore(async (root, [a]) => {
      const store = await openStore(testHost(), root);
      const image = { imageId: a, aci: store.imagePath(a), pathWhitelist: [], within: [] };
      const watch = { signal: new AbortController().signal, onProgress: () => undefined };
      const { key, path } = await new Trees(testHost(), store).ensure([image], watch);
      await store.close();
      const whole = await larder(['image', 'verify', '--dir', root]);
      assert.deepEqual(
        [whole.code, whole.stdout.trimEnd().split('\n').at(-1)],
        [0, `ok       tree      ${key}`],
      );
      await writeFile(join(path, 'rootfs/file'), 'another');
      await writeFile(join(path, 'rootfs/more'), '');
      const { code, stdout, stderr } = await larder(['image', 'verify', '--dir', root]);
      assert.equal(code, 1);
      const why = 'is not as it was rendered: /file has other content, and 1 more';
      assert.equal(stdout.trimEnd().split('\n').at(-1), `damaged  tree      ${key}: ${path} ${why}`);
      assert.match(stderr, /1 of them damaged or missing; larder image verify --repair/);
    }));

  it('puts the store in order when it is asked to', () =>
    withStore(async (root, [a, b]) => {
      const layout = new Layout(root);
      await rm(layout.image(a));
      await rm(layout.manifest(b));
      await writeFile(layout.blob(BLOB), 'another');
      const { code, stdout, stderr } = await larder(['image', 'verify', '--repair', '--dir', root]);
      assert.equal(code, 0);
      const lines = stdout.trimEnd().split('\n');
      assert.match(lines[0] ?? '', new RegExp(`^rewritten  manifest  ${b}: /.* is not there$`));
      assert.match(
        lines[1] ?? '',
        new RegExp(
          `^removed    image     ${a}: /.* is not there; fetch it again: larder fetch .* example.com/a$`,
        ),
      );
      assert.match(lines[2] ?? '', new RegExp(`^removed    blob      ${BLOB}: /.* has the digest`));
      assert.equal(stderr, '4 files verified, 3 things found.\n');
      const again = await larder(['image', 'verify', '--repair', '--dir', root, '--json']);
      assert.deepEqual(JSON.parse(again.stdout), { verified: 2, steps: [] });
      assert.equal(again.stderr, '2 files verified, nothing to repair.\n');
    }));

  it('fails while something is wrong that it cannot repair, and says how much that is', () =>
    withStore(async (root, [a]) => {
      const layout = new Layout(root);
      const prepared = await larder([...PREPARE, '--dir', root, 'example.com/a']);
      assert.equal(prepared.code, 0, prepared.stderr);
      const uuid = prepared.stdout.trim();
      await rm(layout.image(a));
      const args = ['image', 'verify', '--repair', '--dir', root];
      const first = await larder(args);
      assert.equal(first.code, 1);
      assert.match(first.stdout, new RegExp(`^removed {4}image {5}${a}: `, 'm'));
      assert.match(
        first.stdout,
        new RegExp(`^reported {3}pod {7}${uuid}: .* lacks the image ${a}; prepare it`, 'm'),
      );
      assert.match(first.stderr, /, 2 things found; 1 of them could only be reported\.$/m);
      const again = await larder([...args, '--json']);
      assert.equal(again.code, 1);
      const { steps } = JSON.parse(again.stdout) as { steps: { done: string; id: string }[] };
      assert.deepEqual(
        steps.map(({ done, id }) => [done, id]),
        [['reported', uuid]],
      );
      assert.match(again.stderr, /, 1 thing found; 1 of them could only be reported\.$/m);
      await larder(['pod', 'rm', '--dir', root, uuid]);
      const last = await larder(args);
      assert.deepEqual([last.code, last.stdout], [0, '']);
    }));

  it('repairs no single image', () =>
    withStore(async (root, [a]) => {
      const { code, stderr } = await larder(['image', 'verify', '--repair', '--dir', root, a]);
      assert.equal(code, 2);
      assert.match(stderr, /--repair is for the whole store; name no image\. \[E_USAGE\]/);
    }));

  it('verifies the images that are named, however they are named, each once', () =>
    withStore(async (root, [a]) => {
      const args = ['--dir', root, '--json', 'example.com/a', a, a.slice(0, 20)];
      const { code, stdout, stderr } = await larder(['image', 'verify', ...args]);
      assert.deepEqual([code, stderr], [0, '2 files verified.\n']);
      const layout = new Layout(root);
      assert.deepEqual(JSON.parse(stdout), [
        { kind: 'image', id: a, path: layout.image(a), state: 'ok', why: null },
        { kind: 'manifest', id: a, path: layout.manifest(a), state: 'ok', why: null },
      ]);
    }));

  it('does not miss an image that is removed meanwhile', () =>
    withStore(async (root, [a]) => {
      const { code, stdout, stderr } = await larder(['image', 'verify', '--dir', root], {
        cancellable: async (body) => {
          const store = await openStore(testHost(), root);
          await store.removeImage(a);
          await store.close();
          return body(new AbortController().signal);
        },
      });
      assert.deepEqual([code, stderr], [0, '3 files verified.\n']);
      assert.ok(!stdout.includes(a));
    }));

  it('says that an image is not in the store', () =>
    withStore(async (root) => {
      const { code, stdout, stderr } = await larder(['image', 'verify', '--dir', root, 'example.com/c']);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /"example\.com\/c" is not in the store; .*\[E_NOT_FOUND\]/);
    }));
});
