import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diagnostics } from '../../server/src/features/diagnostics.ts';
import { contextOf, open, podOf } from '../helpers/editor.ts';
import { OTHER_DIGEST, dockerRecord, tagged } from '../helpers/records.ts';
import { storeOf } from '../helpers/store-view.ts';

describe('diagnostics', () => {
  it('places a finding, with its code, its page and its severity', () => {
    const { snapshot, range } = open(podOf('image: nginx', 'image: "‸shop/Web‸"'));
    const [diagnostic, ...more] = diagnostics(snapshot, contextOf());
    assert.deepEqual(more, []);
    assert.deepEqual(
      { ...diagnostic, message: '' },
      {
        range,
        message: '',
        severity: 1,
        code: 'invalid-reference',
        codeDescription: { href: 'https://docs.example/rules/invalid-reference.md' },
        source: 'larder',
      },
    );
  });

  it('fades a key that has no effect', () => {
    const { snapshot, range } = open(podOf('image: nginx\n‸imagePullpolicy‸: Never'));
    const [diagnostic] = diagnostics(snapshot, contextOf());
    assert.deepEqual([diagnostic?.range, diagnostic?.severity, diagnostic?.tags], [range, 2, [1]]);
  });

  it('informs about the store', () => {
    const { snapshot } = open(podOf('image: registry.example/shop/web:1.4'));
    const store = storeOf({ [tagged.canonical]: dockerRecord({ movedTo: OTHER_DIGEST }) });
    assert.deepEqual(
      diagnostics(snapshot, contextOf({ store })).map(({ code, severity }) => [code, severity]),
      [['moved-tag', 3]],
    );
  });

  it('follows the setting of a severity', () => {
    const { snapshot } = open(podOf('image: shop/Web'));
    const found = (severity: string) => {
      const settings = { diagnostics: { severity: { 'invalid-reference': severity } } };
      return diagnostics(snapshot, contextOf({ settings })).map((diagnostic) => diagnostic.severity);
    };
    assert.deepEqual(['error', 'warning', 'information', 'hint', 'off'].map(found), [[1], [2], [3], [4], []]);
  });
});
