import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseReference } from '../../../server/src/domain/reference.ts';
import type { ListedImage } from '../../../server/src/engine/exchange/archived-image.ts';
import { checkDigest, chooseImages } from '../../../server/src/engine/exchange/choose-images.ts';
import { refusalOf } from '../../../server/src/engine/exchange/members.ts';

const refuse = refusalOf('x.tar');
const DIGEST = `sha256:${'a'.repeat(64)}`;

const listed = (names: readonly string[], tag?: string): ListedImage => ({
  names: names.map(parseReference),
  tag,
  read: () => Promise.reject(new Error('not read')),
});

const choose = (images: readonly ListedImage[], asked?: string): [number, string][] =>
  chooseImages(images, asked === undefined ? undefined : parseReference(asked), refuse).map(
    ({ image, reference }) => [images.indexOf(image), `${reference.repository}:${reference.tag ?? ''}`],
  );

describe('chooseImages', () => {
  it('takes all images under all their names', () => {
    assert.deepEqual(choose([listed(['a/b:1', 'a/b:2']), listed(['c/d'])]), [
      [0, 'a/b:1'],
      [0, 'a/b:2'],
      [1, 'c/d:'],
    ]);
  });

  it('calls the only image what it is told', () => {
    assert.deepEqual(choose([listed([])], 'a/b:1'), [[0, 'a/b:1']]);
    assert.deepEqual(choose([listed(['c/d:1'])], 'a/b:1'), [[0, 'a/b:1']]);
  });

  it('takes the one of several that has the name, or else the tag', () => {
    const images = [listed(['library/a:1']), listed([], 'one'), listed([], 'two')];
    assert.deepEqual(choose(images, 'a:1'), [[0, 'library/a:1']]);
    assert.deepEqual(choose(images, 'b:two'), [[2, 'library/b:two']]);
    assert.throws(() => choose(images, 'c:3'), {
      code: 'E_USAGE',
      message: 'x.tar was not imported: it has 3 images, and none is c:3: "a:1", "one", "two".',
    });
  });

  it('wants a name for each', () => {
    assert.throws(() => choose([listed([], '1')]), {
      code: 'E_REF',
      message: /it does not name its image; say what to call one with --reference docker:\/\/NAME:TAG\.$/,
    });
    assert.throws(() => choose([listed([]), listed(['a:1'])]), { message: /1 of its images have no name/ });
  });
});

describe('checkDigest', () => {
  it('allows the digests that the archive holds', () => {
    checkDigest(parseReference('a'), ['sha256:b'], refuse);
    checkDigest(parseReference(`a@${DIGEST}`), ['sha256:b', DIGEST], refuse);
    assert.throws(() => checkDigest(parseReference(`a@${DIGEST}`), ['sha256:b'], refuse), {
      code: 'E_DIGEST',
      message: /holds has the digest sha256:b, and sha256:aaa/,
    });
  });
});
