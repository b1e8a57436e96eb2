import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { unknownPullPolicy } from '../../../server/src/domain/rules/unknown-pull-policy.ts';
import { anyText } from '../../helpers/any-text.ts';
import { sourceOf } from '../../helpers/manifest-image.ts';
import { run } from './run.ts';

const find = (pullPolicy: string) => run(unknownPullPolicy, sourceOf('nginx', { pullPolicy }));

describe('unknown-pull-policy', () => {
  const meant: [string, string][] = [
    ['always', 'Always'],
    ['Allways', 'Always'],
    ['ifnotpresent', 'IfNotPresent'],
    ['IfNotPresnt', 'IfNotPresent'],
    ['NEVER', 'Never'],
    ['Nevr', 'Never'],
    [' Always ', 'Always'],
  ];
  for (const [written, policy] of meant) {
    it(`takes ${JSON.stringify(written)} for ${policy}`, () => {
      const [finding] = find(written);
      assert.equal(finding?.replacement, policy);
      assert.deepEqual(finding.span, { start: 100, end: 100 + written.length });
      assert.equal(
        finding.message,
        `Kubernetes has no pull policy "${written}" and rejects it; did you mean ${policy}?`,
      );
    });
  }

  it('lists the policies when no one is close', () => {
    const [finding] = find('Sometimes');
    assert.equal(finding?.replacement, undefined);
    assert.equal(
      finding?.message,
      'Kubernetes has no pull policy "Sometimes" and rejects it; write Always, IfNotPresent or Never.',
    );
  });

  it('has nothing against the three policies, none, and an empty one', () => {
    for (const policy of ['Always', 'IfNotPresent', 'Never', '']) assert.deepEqual(find(policy), []);
    assert.deepEqual(run(unknownPullPolicy, sourceOf('nginx')), []);
  });

  it('leaves templated policies alone, and judges a policy beside a templated image', () => {
    for (const policy of ['{{ .Values.policy }}', '$(POLICY)', '${POLICY}'])
      assert.deepEqual(find(policy), []);
    const source = sourceOf('{{ .Values.image }}', { unresolved: true, pullPolicy: 'always' });
    assert.equal(run(unknownPullPolicy, source).length, 1);
  });

  it('tells any text in one line', () => {
    fc.assert(
      fc.property(anyText(), (policy) => {
        for (const { message } of find(policy)) assert.match(message, /^[^\p{Cc}\p{Cf}]+[.?]$/u);
      }),
    );
  });
});
