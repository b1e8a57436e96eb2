import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openStore } from '../../server/src/engine/store/store.ts';
import { buildAci } from '../helpers/aci.ts';
import { imageOf, withPulled } from '../engine/exchange/fixture.ts';
import type { Exporting } from '../engine/exchange/fixture.ts';
import { readEntries } from '../engine/aci/archives.ts';
import { sha512, testHost, withDirectory } from '../engine/store/fixture.ts';
import { Kept, larder } from './fake-terminal.ts';
import { API_ID, WEB_ID, withStore } from './store-fixture.ts';

/** A store with one image that was pulled, closed; and `docker://…` of it. */
const withImage = (
  body: (store: string, reference: string, from: Exporting & { imageId: string }) => Promise<void>,
): Promise<void> =>
  withPulled(async (from) => {
    const imageId = await from.pull(await imageOf());
    await body(from.store.root, `docker://${from.registry.host}/team/app:1`, { ...from, imageId });
  });

describe('larder image export', () => {
  it('writes the ACI itself, unless another format is asked for', () =>
    withStore(async (store, directory) => {
      const file = join(directory, 'web.aci');
      const { code, stdout, stderr } = await larder([
        ...['image', 'export', '--dir', store],
        ...['docker://registry.example/web:1', file],
      ]);
      assert.deepEqual([code, stdout], [0, '']);
      assert.equal(stderr, 'docker://registry.example/web:1: exported as aci\n');
      assert.equal(sha512(await fs.readFile(file, 'utf8')), WEB_ID);
    }));

  it('takes the beginning of an image ID, and writes to standard output', () =>
    withStore(async (store) => {
      const { code, stdout } = await larder(['image', 'export', '--dir', store, API_ID.slice(0, 20), '-']);
      assert.deepEqual([code, stdout], [0, 'api']);
    }));

  it('writes a docker archive to standard output', () =>
    withImage(async (store, reference) => {
      const args = ['image', 'export', '--dir', store, '--format', 'docker-archive', reference, '-'];
      const { code, stdout } = await larder(args);
      assert.equal(code, 0);
      assert.equal(readEntries(Buffer.from(stdout, 'latin1'))[0]?.name, 'manifest.json');
    }));

  it('replaces a file only when told to', () =>
    withStore(async (store, directory) => {
      const file = join(directory, 'web.aci');
      await fs.writeFile(file, 'precious');
      const args = ['image', 'export', '--dir', store, 'registry.example/web:1', file];
      const refused = await larder(args);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /it exists; .*--overwrite\. \[E_FILE\]/);
      assert.equal(await fs.readFile(file, 'utf8'), 'precious');
      assert.equal((await larder([...args, '--overwrite'])).code, 0);
      assert.equal(await fs.readFile(file, 'utf8'), 'web');
      assert.deepEqual((await fs.readdir(directory)).toSorted(), ['store', 'web.aci']);
    }));

  it('refuses a terminal, and names that promise compression', () =>
    withStore(async (store) => {
      const args = ['image', 'export', '--dir', store, 'registry.example/web:1'];
      const terminal = await larder([...args, '-'], { stdout: new Kept(true) });
      assert.equal(terminal.code, 2);
      assert.match(terminal.stderr, /nothing for a terminal.*\[E_USAGE\]/);
      const compressed = await larder([...args, '/tmp/layout.tar.gz']);
      assert.equal(compressed.code, 2);
      assert.match(compressed.stderr, /does not compress.*\[E_USAGE\]/);
    }));

  it('says what is missing, and how to get it', () =>
    withStore(async (store) => {
      const args = ['image', 'export', '--dir', store, '--format', 'oci'];
      const { code, stderr } = await larder([...args, 'docker://registry.example/web:1', '-']);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /no longer in the store; get .* larder fetch --force-fetch --no-cache docker:\/\/registry\.example\/web:1, .*\[E_NOT_FOUND\]/,
      );
    }));
});

describe('larder image import', () => {
  it('prints image IDs, and goes on after a file that is refused', () =>
    withImage(async (store, reference, { directory, imageId }) => {
      const archive = join(directory, 'image.tar');
      const exported = ['image', 'export', '--dir', store, '--format', 'oci', reference, archive];
      assert.equal((await larder(exported)).code, 0);
      const other = join(directory, 'other');
      const args = ['image', 'import', '--dir', other, 'missing.tar', 'image.tar'];
      const { code, stdout, stderr } = await larder(args, { cwd: directory });
      assert.deepEqual([code, stdout], [1, `${imageId}\n`]);
      assert.match(stderr, /missing\.tar was not imported: it does not exist; check the path\. \[E_FILE\]\n/);
      assert.ok(stderr.endsWith(`image.tar: imported as ${reference}\n`));
      const store2 = await openStore(testHost(), other);
      assert.deepEqual(
        store2
          .view()
          .images()
          .map((image) => image.imageId),
        [imageId],
      );
      await store2.close();
    }));

  it('prints one document, with the name that was asked for', () =>
    withImage(async (store, reference, { directory }) => {
      const layout = join(directory, 'layout');
      await larder(['image', 'export', '--dir', store, '--format', 'oci', reference, layout]);
      const args = ['image', 'import', '--json', '--dir', join(directory, 'other')];
      const { code, stdout } = await larder([...args, '--reference', 'docker://mine.example/app:2', layout]);
      assert.equal(code, 0);
      const [result] = JSON.parse(stdout) as Record<string, string>[];
      assert.deepEqual(
        { ...result, imageId: result?.['imageId']?.slice(0, 7) },
        { file: layout, reference: 'docker://mine.example/app:2', imageId: 'sha512-', outcome: 'imported' },
      );
    }));

  it('takes an ACI as fetch does: not without a signature', () =>
    withDirectory(async (directory) => {
      const { gzip, imageId } = buildAci();
      const file = join(directory, 'app.tgz');
      await fs.writeFile(file, gzip);
      const args = ['image', 'import', '--dir', join(directory, 'store'), file];
      const refused = await larder([...args, '--json']);
      assert.equal(refused.code, 1);
      const [result] = JSON.parse(refused.stdout) as { error: { code: string } }[];
      assert.equal(result?.error.code, 'E_SIGNATURE_MISSING');
      const { code, stdout } = await larder([...args, '--insecure-options=image']);
      assert.deepEqual([code, stdout], [0, `${imageId}\n`]);
      const renamed = await larder([...args, '--insecure-options=image', '--reference', 'docker://a:1']);
      assert.match(renamed.stderr, /it is an ACI, which has its name in it.*\[E_USAGE\]/);
    }));

  it('wants one file for one reference, and a reference that is one', async () => {
    const args = ['image', 'import', '--reference'];
    const two = await larder([...args, 'docker://a:1', 'x', 'y']);
    assert.equal(two.code, 2);
    assert.match(two.stderr, /--reference names one image.*\[E_USAGE\]/);
    const wrong = await larder([...args, 'docker://A:1', 'x']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /not an image reference/);
  });

  it('asks the image policy', () =>
    withImage(async (store, reference, { directory }) => {
      const [archive, policy] = [join(directory, 'image.tar'), join(directory, 'policy.json')];
      await larder(['image', 'export', '--dir', store, '--format', 'docker-archive', reference, archive]);
      const transports = { 'docker-archive': { '': [{ type: 'reject' }] } };
      await fs.writeFile(
        policy,
        JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }], transports }),
      );
      const args = ['image', 'import', '--dir', join(directory, 'other'), '--policy', policy, archive];
      const { code, stderr } = await larder(args);
      assert.equal(code, 1);
      assert.match(stderr, /default for the transport "docker-archive" decides, .*\[E_POLICY\]/);
    }));
});
