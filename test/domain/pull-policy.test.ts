import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  effectivePolicy,
  fetchModeOf,
  isPullPolicy,
  PULL_POLICIES,
} from '../../server/src/domain/pull-policy.ts';
import { DIGEST } from '../helpers/records.ts';

const reference = (tag?: string, digest?: string) => ({
  registry: 'r.example',
  repository: 'a',
  tag,
  digest,
});

// Kubernetes, pkg/apis/core/v1 SetDefaults_Container: the tag alone decides.
const DEFAULTS: [string, ReturnType<typeof reference>, string][] = [
  ['no tag', reference(), 'Always'],
  [':latest', reference('latest'), 'Always'],
  [':v1', reference('v1'), 'IfNotPresent'],
  ['a digest', reference(undefined, DIGEST), 'IfNotPresent'],
  [':v1 and a digest', reference('v1', DIGEST), 'IfNotPresent'],
  [':latest and a digest', reference('latest', DIGEST), 'Always'],
];

describe('effectivePolicy', () => {
  for (const [what, ref, expected] of DEFAULTS) {
    it(`is ${expected} for ${what} when the manifest says nothing`, () => {
      const { policy, explicit } = effectivePolicy(ref, undefined);
      assert.deepEqual({ policy, explicit }, { policy: expected, explicit: false });
    });
    it(`is what the manifest says for ${what}`, () => {
      for (const written of PULL_POLICIES) {
        const { policy, explicit } = effectivePolicy(ref, written);
        assert.deepEqual({ policy, explicit }, { policy: written, explicit: true });
      }
    });
  }
});

describe('fetchModeOf', () => {
  it("is the RFC's Kubernetes table", () => {
    assert.deepEqual(PULL_POLICIES.map(fetchModeOf), ['remote', 'default', null]);
  });
});

describe('isPullPolicy', () => {
  it('takes the three values and no other spelling', () => {
    assert.deepEqual(['Always', 'always', 'IfNotPresent', 'ifnotpresent', 'Never', ''].map(isPullPolicy), [
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
  });
});
