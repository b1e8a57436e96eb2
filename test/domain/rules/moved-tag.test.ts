import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { movedTag } from '../../../server/src/domain/rules/moved-tag.ts';
import { sourceOf } from '../../helpers/manifest-image.ts';
import { DIGEST, OTHER_DIGEST, dockerRecord, pinned, tagged } from '../../helpers/records.ts';
import { UNREADABLE, storeOf } from '../../helpers/store-view.ts';
import { run } from './run.ts';

const IMAGE = 'registry.example/shop/web:1.4';
const moved = dockerRecord({ movedTo: OTHER_DIGEST });

describe('moved-tag', () => {
  it('says when the registry was asked, and both digests', () => {
    const [finding] = run(movedTag, sourceOf(IMAGE), storeOf({ [tagged.canonical]: moved }));
    assert.deepEqual(finding, {
      rule: 'moved-tag',
      span: { start: 10, end: 10 + IMAGE.length },
      message:
        'The tag of "registry.example/shop/web:1.4" has moved: 3 min ago the registry answered sha256:efefefefefef, and the store has sha256:cdcdcdcdcdcd.',
    });
  });

  it('has nothing against a tag that is current, or of which nothing is known', () => {
    const source = sourceOf(IMAGE);
    assert.deepEqual(run(movedTag, source, storeOf({ [tagged.canonical]: dockerRecord() })), []);
    assert.deepEqual(run(movedTag, source), []);
    assert.deepEqual(run(movedTag, source, UNREADABLE), []);
  });

  it('is not about digests: they cannot move', () => {
    const source = sourceOf(`registry.example/shop/web@${DIGEST}`);
    assert.deepEqual(run(movedTag, source, storeOf({ [pinned.canonical]: moved })), []);
  });
});
