import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseReference } from '../../../server/src/domain/reference.ts';
import type { SignedIdentity } from '../../../server/src/domain/policy/policy.ts';
import { satisfies } from '../../../server/src/domain/policy/signed-identity.ts';
import { anyText } from '../../helpers/any-text.ts';

const ONE = `@sha256:${'1'.repeat(64)}`;
const TWO = `@sha256:${'2'.repeat(64)}`;

const EXACT: SignedIdentity = { type: 'matchExact' };
const DEFAULT: SignedIdentity = { type: 'matchRepoDigestOrExact' };
const REPOSITORY: SignedIdentity = { type: 'matchRepository' };

/** What was asked for, what the signature claims; the verdicts of matchExact, matchRepoDigestOrExact, matchRepository. */
const CASES: readonly (readonly [string, string, boolean, boolean, boolean])[] = [
  ['busybox:1', 'busybox:1', true, true, true],
  ['busybox:1', 'docker.io/library/busybox:1', true, true, true],
  ['docker.io/library/busybox:1', 'index.docker.io/busybox:1', true, true, true],
  ['busybox:1', 'busybox:2', false, false, true],
  ['busybox:1', 'other:1', false, false, false],
  ['host/busybox:1', 'busybox:1', false, false, false],
  ['host/library/busybox:1', 'busybox:1', false, false, false],
  ['host:5000/a:1', 'host/a:1', false, false, false],
  ['host:5000/a:1', 'host:5000/a:1', true, true, true],
  // A tag that nobody wrote is not added.
  ['busybox', 'busybox:latest', false, false, true],
  ['busybox:latest', 'busybox', false, false, true],
  ['busybox', 'busybox', false, false, true],
  // By digest.
  [`busybox${ONE}`, `busybox${ONE}`, true, true, true],
  [`busybox${ONE}`, 'busybox:1', false, true, true],
  [`busybox${ONE}`, 'other:1', false, false, false],
  [`busybox${ONE}`, `busybox${TWO}`, false, true, true],
  [`busybox${ONE}`, 'busybox', false, false, true],
  [`busybox${ONE}`, `busybox:1${TWO}`, false, true, true],
  ['busybox:1', `busybox${ONE}`, false, false, true],
  // Tag and digest are one name.
  [`busybox:1${ONE}`, `busybox:1${ONE}`, true, true, true],
  [`busybox:1${ONE}`, 'busybox:1', false, false, true],
  [`busybox:1${ONE}`, `busybox${ONE}`, false, false, true],
  [`busybox:1${ONE}`, `busybox:2${ONE}`, false, false, true],
  [`busybox:1${ONE}`, `busybox:1${TWO}`, false, false, true],
  ['busybox:1', `busybox:1${ONE}`, false, false, true],
  // What is no reference names nothing.
  ['busybox:1', 'BUSYBOX:1', false, false, false],
  ['busybox:1', '', false, false, false],
  ['busybox:1', 'docker://busybox:1', false, false, false],
  ['busybox:1', ' busybox:1', false, false, false],
  // For Larder the host behind Docker Hub is Docker Hub; whoever signs for the one has not signed for the other.
  ['registry-1.docker.io/library/busybox:1', 'busybox:1', true, true, true],
  ['busybox:1', 'registry-1.docker.io/library/busybox:1', false, false, false],
];

describe('the name that a signature gives to an image', () => {
  const agrees = (identity: SignedIdentity, asked: string, claimed: string, expected: boolean): void => {
    const what = `${JSON.stringify(identity)}: ${asked} signed as ${claimed}`;
    assert.equal(satisfies(identity, parseReference(asked), claimed), expected, what);
  };

  it('is compared as the policy says', () => {
    for (const [asked, claimed, exact, byDefault, repository] of CASES) {
      agrees(EXACT, asked, claimed, exact);
      agrees(DEFAULT, asked, claimed, byDefault);
      agrees(REPOSITORY, asked, claimed, repository);
    }
  });

  it('is the one that the policy names, whatever was asked for', () => {
    for (const [written, claimed, exact, , repository] of CASES) {
      if (written.startsWith('registry-1.')) continue;
      agrees({ type: 'exactReference', dockerReference: written }, 'any/thing:1', claimed, exact);
      agrees({ type: 'exactRepository', dockerRepository: written }, 'any/thing:1', claimed, repository);
    }
    const hub = 'registry-1.docker.io/library/busybox:1';
    agrees({ type: 'exactReference', dockerReference: hub }, 'x:1', hub, true);
    agrees({ type: 'exactReference', dockerReference: hub }, 'x:1', 'busybox:1', false);
    agrees({ type: 'exactReference', dockerReference: 'NO' }, 'x:1', 'NO', false);
    agrees({ type: 'exactRepository', dockerRepository: 'NO' }, 'x:1', 'NO', false);
  });

  /** Prefix, prefix in the signature; what was asked for, and what it must be signed as: null where no name will do. */
  const REMAPPED: readonly (readonly [string, string, string, string | null])[] = [
    ['mirror.example', 'vendor.example', 'mirror.example/ns/a:1', 'vendor.example/ns/a:1'],
    ['mirror.example', 'vendor.example', 'other.example/ns/a:1', 'other.example/ns/a:1'],
    ['mirror.example', 'vendor.example', 'prefixmirror.example/a:1', 'prefixmirror.example/a:1'],
    ['mirror.example', 'vendor.example', 'mirror.example:5000/a:1', 'mirror.example:5000/a:1'],
    ['mirror.example/ns', 'vendor.example/x', 'mirror.example/ns2/a:1', 'mirror.example/ns2/a:1'],
    ['mirror.example/ns/a', 'vendor.example/b', 'mirror.example/ns/a:1', 'vendor.example/b:1'],
    ['mirror.example', 'docker.io/library', 'mirror.example/busybox:1', 'busybox:1'],
    ['docker.io/library', 'vendor.example', 'busybox:1', 'vendor.example/busybox:1'],
    ['docker.io', 'vendor.example/ns', 'busybox:1', 'vendor.example/ns/library/busybox:1'],
    // A host without a repository, and a name that is not written in full.
    ['mirror.example/ns/a', 'vendor.example:5000', 'mirror.example/ns/a:1', null],
    ['mirror.example', 'vendor', 'mirror.example/a:1', null],
  ];

  it('has the prefix that the policy puts in the place of another', () => {
    for (const [prefix, signedPrefix, asked, signed] of REMAPPED) {
      const identity: SignedIdentity = { type: 'remapIdentity', prefix, signedPrefix };
      if (signed !== null) {
        agrees(identity, asked, signed, true);
        agrees(identity, asked.replace(/:1$/, ONE), signed, true);
        agrees(identity, asked, signed.replace(/:1$/, ':2'), false);
      } else {
        agrees(identity, asked, `${signedPrefix}/a:1`, false);
        agrees(identity, asked, `${signedPrefix}:1`, false);
      }
      if (signed !== asked) agrees(identity, asked, asked, false);
    }
  });

  it('is no text that is none, whatever it is', () => {
    const image = parseReference('busybox:1');
    fc.assert(
      fc.property(anyText(), (claimed) => {
        assert.equal(satisfies(EXACT, image, claimed), false);
      }),
    );
  });
});
