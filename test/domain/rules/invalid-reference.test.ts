import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { invalidReference } from '../../../server/src/domain/rules/invalid-reference.ts';
import { sourceOf } from '../../helpers/manifest-image.ts';
import { run } from './run.ts';

describe('invalid-reference', () => {
  it('says what is wrong with a reference, at the image', () => {
    const [finding, ...more] = run(invalidReference, sourceOf('Example.com/Web:1.0'));
    assert.deepEqual(more, []);
    assert.equal(finding?.rule, 'invalid-reference');
    assert.deepEqual(finding.span, { start: 10, end: 29 });
    assert.match(finding.message, /^"Example\.com\/Web:1\.0" is not an image reference: .*\.$/);
  });

  it('reports an empty image', () => {
    assert.equal(run(invalidReference, sourceOf('')).length, 1);
  });

  it('has nothing against valid references', () => {
    for (const text of ['nginx', 'quay.io/a/b:1', `[::1]:5000/a@sha256:${'0'.repeat(64)}`]) {
      assert.deepEqual(run(invalidReference, sourceOf(text)), [], text);
    }
    assert.deepEqual(run(invalidReference, sourceOf('example.com/app:1.0', { syntax: 'appc' })), []);
  });

  it('leaves templated values alone', () => {
    assert.deepEqual(run(invalidReference, sourceOf('{{ .Values.image }}', { unresolved: true })), []);
  });
});
