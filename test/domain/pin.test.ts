import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseImage } from '../../server/src/domain/image-argument.ts';
import type { DockerImage } from '../../server/src/domain/image.ts';
import {
  digestToPin,
  digestToUpdate,
  imageOfTag,
  nameOf,
  pinned,
  unpinned,
} from '../../server/src/domain/pin.ts';
import { canonicalReference, parseReference } from '../../server/src/domain/reference.ts';
import { DIGEST, OTHER_DIGEST, bareRecord, dockerRecord, httpRecord } from '../helpers/records.ts';

const MANIFEST_DIGEST = `sha256:${'12'.repeat(32)}`;

const anyReference = fc
  .record({
    registry: fc.constantFrom('', 'docker.io/', 'registry.example:5000/', 'localhost/', '[::1]:5000/'),
    path: fc.stringMatching(/^[a-z0-9]{1,8}(?:[./_-][a-z0-9]{1,8}){0,3}$/),
    tag: fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined }),
  })
  .map(({ registry, path, tag }) => `${registry}${path}${tag === undefined ? '' : `:${tag}`}`)
  // Before the first slash a dot makes a host, and no host has an underscore.
  .filter((text) => !/^(?=[^/]*_)[^/]*\.[^/]*\//.test(text));

describe('pinned', () => {
  it('keeps the tag, and writes out the one that is implied', () => {
    const cases = [
      ['nginx:1.27', `nginx:1.27@${DIGEST}`],
      ['registry.example:5000/a/b:1', `registry.example:5000/a/b:1@${DIGEST}`],
      ['registry.example:5000/a/b', `registry.example:5000/a/b:latest@${DIGEST}`],
      ['[::1]:5000/a', `[::1]:5000/a:latest@${DIGEST}`],
      [`nginx:1.27@${OTHER_DIGEST}`, `nginx:1.27@${DIGEST}`],
    ];
    for (const [before = '', after] of cases) assert.equal(pinned(before, DIGEST), after);
  });

  it('is nothing for what is not valid, and for a digest without a tag', () => {
    for (const text of ['', 'shop/Web', 'nginx:', 'nginx@', `nginx@${OTHER_DIGEST}`])
      assert.equal(pinned(text, DIGEST), undefined, text);
    for (const digest of ['', 'sha256:ab', `${DIGEST} # more`, `${DIGEST}"\nimage: evil`])
      assert.equal(pinned('nginx:1', digest), undefined, digest);
  });

  it('is undone by unpinned, and means the same image then', () => {
    fc.assert(
      fc.property(anyReference, (text) => {
        const pin = pinned(text, DIGEST);
        assert.ok(pin !== undefined);
        assert.equal(parseReference(pin).digest, DIGEST);
        const back = unpinned(pin);
        assert.ok(back !== undefined);
        assert.equal(canonicalReference(parseReference(back)), canonicalReference(parseReference(text)));
        if (parseReference(text).tag !== undefined) assert.equal(back, text);
        assert.equal(nameOf(pin), back);
      }),
    );
  });
});

describe('unpinned', () => {
  it('is nothing where no tag would stay, or no digest is', () => {
    for (const text of [`nginx@${DIGEST}`, 'nginx:1', 'nginx', 'nginx:1@sha256:ab'])
      assert.equal(unpinned(text), undefined, text);
  });
});

describe('the digest to pin to', () => {
  it('is what the registry answered for the reference, not that of one platform', () => {
    assert.equal(digestToPin(dockerRecord({ manifestDigest: MANIFEST_DIGEST })), DIGEST);
  });

  it('is not known of what no registry gave', () => {
    const imported = dockerRecord({}, null);
    for (const record of [undefined, bareRecord, httpRecord(), imported])
      assert.equal(digestToPin(record), undefined);
  });
});

describe('the digest to update a pin to', () => {
  it('is that of the last check, else that of the store', () => {
    assert.equal(digestToUpdate(OTHER_DIGEST, dockerRecord()), DIGEST);
    assert.equal(digestToUpdate(DIGEST, dockerRecord({ movedTo: OTHER_DIGEST })), OTHER_DIGEST);
  });

  it('is none when the pin is what the tag leads to, or nothing is known of the tag', () => {
    assert.equal(digestToUpdate(DIGEST, dockerRecord()), undefined);
    assert.equal(digestToUpdate(OTHER_DIGEST, dockerRecord({ movedTo: OTHER_DIGEST })), undefined);
    assert.equal(
      digestToUpdate(MANIFEST_DIGEST, dockerRecord({ manifestDigest: MANIFEST_DIGEST })),
      undefined,
    );
    assert.equal(digestToUpdate(DIGEST, undefined), undefined);
    assert.equal(digestToUpdate(DIGEST, bareRecord), undefined);
    assert.equal(digestToUpdate(OTHER_DIGEST, dockerRecord({}, null)), undefined);
  });
});

describe('imageOfTag', () => {
  const imageOf = (text: string): DockerImage => {
    const platform = { os: 'linux', architecture: 'amd64' };
    const image = parseImage(`docker://${text}`, { cwd: '/', platform });
    assert.ok(image.kind === 'docker');
    return image;
  };

  it('is the image without its digest where a tag is left, else the image itself', () => {
    assert.deepEqual(imageOfTag(imageOf(`nginx:1.27@${DIGEST}`)), imageOf('nginx:1.27'));
    for (const text of ['nginx:1.27', `nginx@${DIGEST}`, 'nginx'])
      assert.deepEqual(imageOfTag(imageOf(text)), imageOf(text));
  });
});
