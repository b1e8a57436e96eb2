import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { StoredImage } from '../../../server/src/domain/record.ts';
import { Layout } from '../../../server/src/engine/store/layout.ts';
import { openStore } from '../../../server/src/engine/store/store.ts';
import { Verification } from '../../../server/src/engine/store/verify.ts';
import type { Finding } from '../../../server/src/engine/store/verify.ts';
import { buildAci } from '../../helpers/aci.ts';
import { sha256, testHost, withDirectory } from './fixture.ts';

const BLOB = Buffer.from('a layer');
const BLOB_512 = Buffer.from('a layer by another digest');

interface Stocked {
  readonly layout: Layout;
  readonly images: readonly StoredImage[];
  /** What was found, as `image ok` and the like, in order. */
  readonly verify: (signal?: AbortSignal) => Promise<string[]>;
}

/** A store with the ACIs example.com/a and example.com/b, the older of which is the last, and a registry blob of each algorithm. */
async function withStock(body: (stock: Stocked) => Promise<void>): Promise<void> {
  await withDirectory(async (root) => {
    const host = testHost();
    const store = await openStore(host, root);
    for (const name of ['example.com/a', 'example.com/b']) {
      const { bytes, imageId, manifest } = buildAci({ name });
      const file = await store.tempFile('.aci');
      await fs.writeFile(file, bytes);
      await store.importImage({
        ...{ file, imageId, size: bytes.length, manifest, name, labels: {}, latest: false },
        ...{ signers: [], dependencies: [], remote: null },
      });
    }
    await store.blobs.put(sha256(BLOB), BLOB);
    await store.blobs.put(`sha512:${createHash('sha512').update(BLOB_512).digest('hex')}`, BLOB_512);
    const images = store.view().images();
    await store.close();
    const layout = new Layout(root);
    const verify = async (signal = new AbortController().signal): Promise<string[]> => {
      const verification = new Verification(host, layout, signal);
      const found: Finding[] = [];
      for await (const finding of verification.images(images)) found.push(finding);
      for await (const finding of verification.blobs(images)) found.push(finding);
      return found.map(({ kind, state, why }) => [kind, state, ...(why === null ? [] : [why])].join(' '));
    };
    await body({ layout, images, verify });
  });
}

const ONE = ['image ok', 'manifest ok'];
const BLOBS = ['blob ok', 'blob ok'];

function first([image]: readonly StoredImage[]): string {
  return image?.imageId ?? assert.fail('the store has no image');
}

describe('verification of a store', () => {
  it('finds everything whole, and each ACI once', () =>
    withStock(async ({ verify }) => {
      assert.deepEqual(await verify(), [...ONE, ...ONE, ...BLOBS]);
    }));

  it('finds an image of which one bit has changed, and looks at the others all the same', () =>
    withStock(async ({ layout, images, verify }) => {
      const path = layout.image(first(images));
      const bytes = await fs.readFile(path);
      bytes[600] = (bytes[600] ?? 0) ^ 1;
      await fs.writeFile(path, bytes);
      const actual = createHash('sha512').update(bytes).digest('hex');
      assert.deepEqual(await verify(), [
        `image damaged has the digest sha512-${actual}`,
        ...[...ONE, ...BLOBS],
      ]);
    }));

  it('finds images and manifests that are missing or cut off', () =>
    withStock(async ({ layout, images, verify }) => {
      const id = first(images);
      await fs.truncate(layout.manifest(id), 10);
      assert.deepEqual(await verify(), [
        ...['image ok', `manifest damaged is not the manifest in ${id}`],
        ...[...ONE, ...BLOBS],
      ]);
      await fs.rm(layout.manifest(id));
      const missing = ['image ok', 'manifest missing is not there'];
      assert.deepEqual(await verify(), [...missing, ...ONE, ...BLOBS]);
      await fs.rm(layout.image(id));
      assert.deepEqual(await verify(), ['image missing is not there', ...ONE, ...BLOBS]);
    }));

  it('finds what cannot be read', () =>
    withStock(async ({ layout, images, verify }) => {
      const path = layout.image(first(images));
      await fs.rm(path);
      await fs.mkdir(path);
      assert.deepEqual(await verify(), ['image damaged cannot be read (EISDIR)', ...ONE, ...BLOBS]);
    }));

  it('finds damaged blobs of either algorithm, and passes over files that are none', () =>
    withStock(async ({ layout, verify }) => {
      await fs.writeFile(layout.blob(sha256(BLOB)), '');
      const empty = createHash('sha256').digest('hex');
      const elsewhere = join(layout.root, 'blob/sha256/00', `sha256-${'f'.repeat(64)}`);
      await fs.mkdir(join(elsewhere, '..'), { recursive: true });
      await fs.writeFile(elsewhere, '');
      await fs.writeFile(join(layout.root, 'blob/sha256/notes'), '');
      assert.deepEqual(await verify(), [
        ...[...ONE, ...ONE],
        ...[`blob damaged has the digest sha256-${empty}`, 'blob ok'],
      ]);
    }));

  it('finds nothing in a store that is not there', async () => {
    const layout = new Layout('/nowhere/at/all');
    const verification = new Verification({ fs }, layout, new AbortController().signal);
    for await (const finding of verification.blobs([])) assert.fail(finding.id);
  });

  it('ends when it is cancelled', () =>
    withStock(async ({ verify }) => {
      const why = new Error('enough');
      await assert.rejects(verify(AbortSignal.abort(why)), why);
    }));
});
