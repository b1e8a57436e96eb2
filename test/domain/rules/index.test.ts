import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findings } from '../../../server/src/domain/rules/index.ts';
import type { Finding } from '../../../server/src/domain/rules/index.ts';
import { RULES } from '../../../server/src/settings/settings.ts';
import { contextOf, open, podOf } from '../../helpers/editor.ts';

const TEXT = podOf(
  'imagepullpolicy: Never\nimage: shop/Web',
  'image: nginx:1.27\nimagePullPolicy: always',
  'image: redis:7\nimagePullPolicy: Never',
);

function find(text: string, severity: object = {}): readonly Finding[] {
  const { manifest } = open(text).snapshot;
  return findings(manifest, text, { ...contextOf(), severity: { ...RULES, ...severity } });
}
const rulesOf = (found: readonly Finding[]): string[] => found.map(({ rule }) => rule);

describe('findings', () => {
  it('runs all rules over all images, in the order of the text', () => {
    assert.deepEqual(
      find(TEXT).map(({ rule, severity }) => [rule, severity]),
      [
        ['misspelled-key', 'warning'],
        ['invalid-reference', 'error'],
        ['unknown-pull-policy', 'error'],
        ['never-but-missing', 'warning'],
      ],
    );
  });

  it('gives each rule the severity of the settings, and does not run those that are off', () => {
    const found = find(TEXT, { 'invalid-reference': 'hint', 'unknown-pull-policy': 'off' });
    assert.deepEqual(rulesOf(found), ['misspelled-key', 'invalid-reference', 'never-but-missing']);
    assert.equal(found[1]?.severity, 'hint');
  });

  it('leaves out what comments silence', () => {
    const text = `# larder-disable misspelled-key\n${TEXT.replace('redis:7', 'redis:7 # larder-disable-line')}`;
    assert.deepEqual(rulesOf(find(text)), ['invalid-reference', 'unknown-pull-policy']);
  });

  it('looks only at the images within a span', () => {
    const { manifest } = open(TEXT).snapshot;
    const start = TEXT.indexOf('redis');
    const found = findings(manifest, TEXT, { ...contextOf(), severity: RULES }, { start, end: start });
    assert.deepEqual(rulesOf(found), ['never-but-missing']);
  });

  it('reports one place once, however many aliases lead to it', () => {
    const text = podOf('<<: &base { image: shop/Web }', '<<: *base');
    assert.equal(new Set(find(text).map(({ span }) => span.start)).size, find(text).length);
  });

  it('finds nothing in templates', () => {
    assert.deepEqual(
      find(podOf('image: "{{ .Image }}"\nimagePullPolicy: "{{ .Policy }}"', 'image: $(UPPER)')),
      [],
    );
  });
});
