import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { Pods } from '../../server/src/engine/prepare/pods.ts';
import { openStore } from '../../server/src/engine/store/store.ts';
import { NOW, testHost } from '../engine/store/fixture.ts';
import { larder } from './fake-terminal.ts';
import { API_ID, WEB_ID, withStore } from './store-fixture.ts';

/** A pod that uses the image `web`. @returns its UUID */
async function usePod(root: string): Promise<string> {
  const host = testHost();
  const store = await openStore(host, root);
  const uuid = randomUUID();
  const apps = [{ name: 'web', imageId: WEB_ID, tree: `sha512-${'0'.repeat(128)}`, images: [WEB_ID] }];
  await new Pods(host, root).write(
    store,
    { uuid, createdAt: NOW, source: 'shop.yaml', apps, others: [], notes: [] },
    '{}',
  );
  await store.close();
  return uuid;
}

describe('larder image rm', () => {
  for (const [what, argument] of [
    ['its ID', WEB_ID],
    ['the beginning of its ID', WEB_ID.slice(0, 20)],
    ['its reference', 'docker://registry.example/web:1'],
    ['its name', 'registry.example/web'],
  ] as const) {
    it(`removes an image by ${what}`, () =>
      withStore(async (store) => {
        const { code, stdout, stderr } = await larder(['image', 'rm', '--dir', store, argument]);
        assert.deepEqual([code, stdout, stderr], [0, `${WEB_ID}\n`, '']);
        const list = await larder(['image', 'list', '--dir', store, '--json']);
        assert.deepEqual(
          (JSON.parse(list.stdout) as { imageId: string }[]).map(({ imageId }) => imageId),
          [API_ID],
        );
      }));
  }

  it('removes the others when one is not there', () =>
    withStore(async (store) => {
      const { code, stdout, stderr } = await larder([
        'image',
        'rm',
        '--dir',
        store,
        'docker://absent',
        API_ID,
      ]);
      assert.deepEqual([code, stdout], [1, `${API_ID}\n`]);
      assert.match(stderr, /"docker:\/\/absent" is not in the store .*\[E_NOT_FOUND\]/);
    }));

  it('leaves an image that a prepared pod uses, names the pod, and can be forced', () =>
    withStore(async (store) => {
      const uuid = await usePod(store);
      const refused = await larder(['image', 'rm', '--dir', store, WEB_ID, API_ID]);
      assert.deepEqual([refused.code, refused.stdout], [1, `${API_ID}\n`]);
      const words = new RegExp(
        `the prepared pod ${uuid} \\(shop.yaml\\) uses it; remove that with larder pod rm, .*--force\\. \\[E_IN_USE\\]`,
      );
      assert.match(refused.stderr, words);
      const forced = await larder(['image', 'rm', '--force', '--dir', store, WEB_ID]);
      assert.deepEqual([forced.code, forced.stdout], [0, `${WEB_ID}\n`]);
    }));
});
