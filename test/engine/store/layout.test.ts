import assert from 'node:assert/strict';
import { dirname, join, relative, sep } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { Layout, imageIdOfManifest, isTreeKey } from '../../../server/src/engine/store/layout.ts';

const ROOT = join(sep, 'srv', 'store');
const layout = new Layout(ROOT);
const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom(...Array.from('0123456789abcdef')),
    minLength: length,
    maxLength: length,
  });
const digests = fc.oneof(
  hex(64).map((h) => `sha256:${h}`),
  hex(128).map((h) => `sha512:${h}`),
);

/** Text near enough to a digest to be mistaken for one. */
const nearly = fc.oneof(
  fc.string(),
  fc
    .tuple(digests, fc.nat(140), fc.constantFrom('/', '..', '\0', '\n', 'G', 'A', ''))
    .map(([digest, at, text]) => digest.slice(0, at) + text + digest.slice(at + 1)),
);

describe('paths of the store', () => {
  it('are those of behaviour.md §8', () => {
    const [a, b] = ['ab'.repeat(32), 'cd'.repeat(64)];
    assert.equal(layout.blob(`sha256:${a}`), join(ROOT, 'blob', 'sha256', 'ab', `sha256-${a}`));
    assert.equal(layout.image(`sha512-${b}`), join(ROOT, 'blob', 'sha512', 'cd', `sha512-${b}`));
    assert.equal(layout.index, join(ROOT, 'index.sqlite'));
    assert.equal(layout.prepared, join(ROOT, 'pods', 'prepared'));
    assert.equal(layout.tree(`sha512-${b}`), join(ROOT, 'tree', `sha512-${b}`));
    assert.ok(layout.directories.includes(layout.trees));
  });

  it('are one for each digest', () => {
    fc.assert(
      fc.property(digests, digests, (a, b) => {
        assert.equal(layout.blob(a) === layout.blob(b), a === b);
        assert.equal(dirname(relative(ROOT, layout.blob(a))), join('blob', a.slice(0, 6), a.slice(7, 9)));
      }),
    );
  });

  it('are made of nothing but a digest or an image ID', () => {
    fc.assert(
      fc.property(nearly, (text) => {
        for (const [make, form] of [
          [(t: string) => layout.blob(t), /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/],
          [(t: string) => layout.image(t), /^sha512-[0-9a-f]{128}$/],
          [(t: string) => layout.manifest(t), /^sha512-[0-9a-f]{128}$/],
        ] as const) {
          if (form.test(text)) assert.ok(make(text).startsWith(ROOT));
          else assert.throws(() => make(text), LarderError);
        }
        // A key is Larder's own: a wrong one is a fault of the program.
        if (!isTreeKey(text)) assert.throws(() => layout.tree(text), /is no key of a tree/);
      }),
    );
  });

  it('lead back to the image ID', () => {
    fc.assert(
      fc.property(hex(128), (digits) => {
        const imageId = `sha512-${digits}`;
        assert.equal(imageIdOfManifest(relative(layout.manifests, layout.manifest(imageId))), imageId);
      }),
    );
    for (const name of ['', '.json', 'sha512-ab.json', 'README', `sha512-${'a'.repeat(128)}`]) {
      assert.equal(imageIdOfManifest(name), undefined);
    }
  });
});
