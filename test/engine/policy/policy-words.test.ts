import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KeySource, Requirement, SignedIdentity } from '../../../server/src/domain/policy/policy.ts';
import { demandOf, scopeInWords } from '../../../server/src/engine/policy/policy-words.ts';

const DATA: KeySource = { kind: 'data', data: Buffer.of(1) };
const ANY: SignedIdentity = { type: 'matchRepository' };

const signedBy = (keys: KeySource, signedIdentity: SignedIdentity, keyType = 'GPGKeys'): Requirement => ({
  type: 'signedBy',
  keyType,
  keys,
  signedIdentity,
});

describe('what a policy asks for', () => {
  it('is nothing, or more than can be had', () => {
    assert.deepEqual(demandOf({ type: 'insecureAcceptAnything' }), { kind: 'nothing' });
    const impossible: [Requirement, string][] = [
      [{ type: 'reject' }, 'it rejects all images'],
      [
        { type: 'sigstoreSigned', keys: DATA, unsupported: [], signedIdentity: ANY },
        'it asks for a sigstore signature, which Larder cannot check',
      ],
      [
        signedBy(DATA, ANY, 'X509Certificates'),
        'it asks for keys of the type "X509Certificates", which nobody can check',
      ],
    ];
    for (const [requirement, words] of impossible) {
      assert.deepEqual(demandOf(requirement), { kind: 'impossible', words });
    }
  });

  it('is a signature by certain keys for a certain name', () => {
    const paths = (...names: string[]): KeySource => ({ kind: 'paths', paths: names });
    const cases: [KeySource, SignedIdentity, string][] = [
      [DATA, ANY, 'that it holds itself for any tag of this repository'],
      [paths('/a'), { type: 'matchExact' }, 'of "/a" for exactly this reference'],
      [
        paths('/a', '/b'),
        { type: 'matchRepoDigestOrExact' },
        'of "/a" or "/b" for this reference, or for this repository where it is named by digest',
      ],
      [
        paths('/a', '/b', '/c', '/d', '/e'),
        { type: 'exactReference', dockerReference: 'x:1' },
        'of "/a" or "/b" or "/c" and 2 more files for "x:1"',
      ],
      [DATA, { type: 'exactRepository', dockerRepository: 'x' }, 'that it holds itself for any tag of "x"'],
      [
        DATA,
        { type: 'remapIdentity', prefix: 'a.b', signedPrefix: 'c.d' },
        'that it holds itself for this reference with "c.d" in the place of "a.b"',
      ],
    ];
    for (const [keys, identity, words] of cases) {
      const expected = { kind: 'signature', words: `a signature by a key ${words}` };
      assert.deepEqual(demandOf(signedBy(keys, identity)), expected);
    }
  });

  it('is asked for by a scope or a default', () => {
    const requirements: Requirement[] = [];
    const words = (transport: 'docker' | null, scope: string | null): string =>
      scopeInWords({ requirements, transport, scope });
    assert.equal(words(null, null), 'default');
    assert.equal(words('docker', ''), 'default for the transport "docker"');
    assert.equal(words('docker', 'a.b'), 'scope "a.b" of the transport "docker"');
  });
});
