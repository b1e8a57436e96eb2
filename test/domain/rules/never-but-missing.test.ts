import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { neverButMissing } from '../../../server/src/domain/rules/never-but-missing.ts';
import { sourceOf } from '../../helpers/manifest-image.ts';
import { dockerRecord, tagged } from '../../helpers/records.ts';
import { UNREADABLE, storeOf } from '../../helpers/store-view.ts';
import { run } from './run.ts';

const IMAGE = 'registry.example/shop/web:1.4';
const never = sourceOf(IMAGE, { pullPolicy: 'Never' });

describe('never-but-missing', () => {
  it('says that the pod would not start, at the image', () => {
    assert.deepEqual(run(neverButMissing, never), [
      {
        rule: 'never-but-missing',
        span: { start: 10, end: 10 + IMAGE.length },
        message:
          'The pull policy is Never, but right now the store has no "registry.example/shop/web:1.4" for linux/amd64, so the pod would not start: fetch the image, or choose another policy.',
      },
    ]);
  });

  it('has nothing against an image in the store', () => {
    assert.deepEqual(run(neverButMissing, never, storeOf({ [tagged.canonical]: dockerRecord() })), []);
  });

  it('claims nothing while the store is unknown', () => {
    assert.deepEqual(run(neverButMissing, never, UNREADABLE), []);
  });

  it('is about Never alone', () => {
    for (const pullPolicy of ['Always', 'IfNotPresent', 'never', '']) {
      assert.deepEqual(run(neverButMissing, sourceOf(IMAGE, { pullPolicy })), [], pullPolicy);
    }
    assert.deepEqual(run(neverButMissing, sourceOf(IMAGE)), []);
  });

  it('leaves templated and invalid images alone', () => {
    assert.deepEqual(
      run(neverButMissing, sourceOf('$(IMAGE)', { unresolved: true, pullPolicy: 'Never' })),
      [],
    );
    assert.deepEqual(run(neverButMissing, sourceOf('shop/Web', { pullPolicy: 'Never' })), []);
  });
});
