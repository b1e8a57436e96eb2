import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { jsonFormat } from '../../server/src/manifest/format.ts';
import type { ManifestFormat } from '../../server/src/manifest/format.ts';
import { readManifest } from '../../server/src/manifest/read-manifest.ts';

const read = (text: string, format: ManifestFormat = 'maybe-policy') => {
  const [document] = readManifest(text, format).documents;
  assert(document !== undefined);
  return document;
};
const rulesOf = (text: string, format?: ManifestFormat) =>
  read(text, format).problems.map(({ rule }) => rule);

/** What other tools keep in a file of this name. */
const OTHERS: Readonly<Record<string, unknown>> = {
  'AWS IAM': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  'Open Policy Agent data': { default: { allow: false }, roles: { admin: ['read'] } },
  'Open Policy Agent list': { default: ['deny'], transports: ['http'] },
  'OpenStack oslo.policy': { context_is_admin: 'role:admin', default: 'rule:owner', 'volume:get': [] },
  'OpenStack oslo.policy of old': { admin: [['role:admin']], default: [['rule:owner']] },
  'Azure Policy': { properties: { policyRule: { if: {}, then: { effect: 'deny' } }, parameters: {} } },
  'an OAuth server': { default: [{ name: 'strict' }], transports: { http: { timeout: 3 } } },
  'a list': [{ type: 'reject' }],
  'a text': 'default',
  'a map of transports': { transports: { http: { urls: ['a'], port: 3 }, ws: {} }, default: 3 },
};

describe('a file named policy.json', () => {
  for (const [tool, data] of Object.entries(OTHERS)) {
    it(`of another tool is left alone: ${tool}`, () => {
      const { problems, policy } = read(JSON.stringify(data));
      assert.deepEqual(problems, []);
      assert.equal(policy, undefined);
    });
  }

  it('is judged when it looks like an image policy', () => {
    assert.deepEqual(rulesOf('{ "default": [{ "type": "rejct" }] }'), ['policy-schema']);
    assert.deepEqual(rulesOf('{ "default": [{ "type": "reject" }], "more": 1 }'), ['policy-schema']);
    assert.deepEqual(rulesOf('{ "default": [{ "type": "reject" }], // why\n }'), ['policy-schema']);
    assert.deepEqual(rulesOf('{ "transports": { "docker": { "": [] } } }'), [
      'policy-schema',
      'policy-schema',
    ]);
    assert.deepEqual(rulesOf('{ "default": [{ "type": "reject" }] }'), []);
  });

  it('is helped to become one while there is nothing else in it', () => {
    for (const text of [
      '',
      '{',
      '{}',
      '{ "de" }',
      '{ "default": }',
      '{ "default": [] }',
      '{ "transports": { "docker": {} } }',
    ]) {
      const { problems, policy } = read(text);
      assert.deepEqual(problems, [], text);
      assert(policy !== undefined, text);
    }
  });

  it('is judged whatever it holds in a directory of containers', () => {
    assert.deepEqual(rulesOf('{}', 'policy'), ['policy-schema']);
    assert.deepEqual(rulesOf('', 'policy'), ['policy-schema']);
    assert.deepEqual(rulesOf('{ "Version": "2012" }', 'policy'), ['policy-schema', 'policy-schema']);
  });

  it('may be a manifest of pods all the same', () => {
    const pod = '{ "kind": "Pod", "apiVersion": "v1", "spec": { "containers": [{ "image": "nginx" }] } }';
    assert.equal(read(pod).pods.length, 1);
    assert.equal(read(pod).policy, undefined);
    const appc = '{ "acKind": "PodManifest", "acVersion": "0.8.11", "apps": 3 }';
    assert.deepEqual(rulesOf(appc), ['appc-schema']);
  });
});

describe('an image policy', () => {
  it('of the examples has no problem', () => {
    const path = join(import.meta.dirname, '../../examples/policy.json');
    const { policy, problems } = read(readFileSync(path, 'utf8'), jsonFormat(path));
    assert(policy !== undefined);
    assert.deepEqual(problems, []);
  });

  it('has a warning for scopes of registries that no image falls under', () => {
    const scoped = (transport: string) =>
      JSON.stringify({
        default: [{ type: 'reject' }],
        transports: { [transport]: { busybox: [{ type: 'reject' }], 'docker.io': [{ type: 'reject' }] } },
      });
    const text = scoped('docker');
    const { problems } = read(text);
    assert.deepEqual(
      problems.map(({ rule, span }) => [rule, text.slice(span.start, span.end)]),
      [['policy-scope', 'busybox']],
    );
    assert.deepEqual(rulesOf(scoped('something-new')), []);
  });

  it('is read from any text, and its problems lie in it', () => {
    const format = fc.constantFrom('policy' as const, 'maybe-policy' as const);
    const base =
      '{ "default": [{ "type": "reject" }], "transports": { "docker": { "a/b": [{ "type": "signedBy" }] } } }';
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .tuple(fc.nat(base.length), fc.nat(20), fc.string({ maxLength: 3 }))
        .map(([at, remove, insert]) => base.slice(0, at) + insert + base.slice(at + remove)),
    );
    fc.assert(
      fc.property(text, format, (written, as) => {
        for (const { span } of read(written, as).problems)
          assert(0 <= span.start && span.start <= span.end && span.end <= written.length);
      }),
    );
  });
});
