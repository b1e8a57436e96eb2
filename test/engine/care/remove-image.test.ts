import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { removeImage } from '../../../server/src/engine/care/remove-image.ts';
import { withCare } from './fixture.ts';

const hasCode =
  (code: string, words = /./) =>
  (error: unknown): boolean =>
    error instanceof LarderError && error.code === code && words.test(error.message);

describe('an image that is to be removed', () => {
  it('goes, and stays while a prepared pod uses it, which is named', () =>
    withCare(async ({ prepare, pods, store, record, registry }) => {
      const { uuid } = await prepare('web');
      await prepare('web');
      const argument = `docker://${registry.host}/shop/web:1`;
      const imageId = record(argument)?.image.imageId ?? '';
      const words =
        /the prepared pod [0-9a-f-]{36} \(web\) uses it, as do 1 more; remove that with larder pod rm/;
      await assert.rejects(removeImage(store, pods, imageId, false), hasCode('E_IN_USE', words));
      await pods.remove(uuid, store);
      await assert.rejects(removeImage(store, pods, imageId, false), hasCode('E_IN_USE', /uses it; remove/));
      for (const pod of await pods.list()) await pods.remove(pod.uuid, store);
      await removeImage(store, pods, imageId, false);
      assert.equal(record(argument), undefined);
    }));

  it('goes all the same when it must', () =>
    withCare(async ({ prepare, pods, store }) => {
      await prepare('web');
      const [image] = store.view().images();
      await removeImage(store, pods, image?.imageId ?? '', true);
      assert.equal(store.view().imageCount, 0);
    }));

  it('must be in the store', () =>
    withCare(async ({ pods, store }) => {
      const absent = `sha512-${'0'.repeat(128)}`;
      await assert.rejects(removeImage(store, pods, absent, false), hasCode('E_NOT_FOUND'));
    }));
});
