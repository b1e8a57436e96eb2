import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPolicy } from '../../../server/src/domain/policy/read-policy.ts';
import { parseReference } from '../../../server/src/domain/reference.ts';
import { policyForecast } from '../../../server/src/engine/policy/policy-forecast.ts';
import type { PolicyForecast } from '../../../server/src/engine/policy/policy-forecast.ts';

const PATH = '/etc/containers/policy.json';
const signedBy = (keyPath: string, more = {}) => ({ type: 'signedBy', keyType: 'GPGKeys', keyPath, ...more });
const POLICY = {
  default: [{ type: 'reject' }],
  transports: {
    docker: {
      '': [{ type: 'insecureAcceptAnything' }],
      'a.b': [signedBy('/keys/one'), signedBy('/keys/two', { signedIdentity: { type: 'matchExact' } })],
      'c.d': [{ type: 'insecureAcceptAnything' }, { type: 'reject' }],
    },
  },
};

async function forecast(name: string, value: unknown = POLICY): Promise<PolicyForecast> {
  const { policy } = readPolicy(JSON.stringify(value));
  assert(policy !== undefined);
  return policyForecast({ read: () => Promise.resolve({ path: PATH, policy }) }, parseReference(name));
}

describe('the forecast of an image policy', () => {
  it('says that all images are accepted', async () => {
    assert.deepEqual(await forecast('nginx'), {
      file: PATH,
      scope: 'default for the transport "docker"',
      verdict: 'accept',
      words: 'it accepts all images',
    });
  });

  it('says that none is, even where another requirement would be met', async () => {
    assert.deepEqual(await forecast('c.d/x'), {
      file: PATH,
      scope: 'scope "c.d" of the transport "docker"',
      verdict: 'reject',
      words: 'it rejects all images',
    });
  });

  it('says which signatures it takes, all of them', async () => {
    const { verdict, words } = await forecast('a.b/x');
    assert.equal(verdict, 'signature');
    assert.equal(
      words,
      'it asks for a signature by a key of "/keys/one" for this reference, or for this repository where it is named by digest, and for a signature by a key of "/keys/two" for exactly this reference',
    );
  });

  it('says that what Larder cannot check is rejected', async () => {
    const sigstore = { default: [{ type: 'sigstoreSigned', keyPath: '/keys/cosign.pub' }] };
    const { verdict, words } = await forecast('nginx', sigstore);
    assert.deepEqual(
      [verdict, words],
      ['reject', 'it asks for a sigstore signature, which Larder cannot check'],
    );
  });

  it('says so where there is no policy', async () => {
    const none = await policyForecast({ read: () => Promise.resolve(null) }, parseReference('nginx'));
    assert.deepEqual(none, {
      file: null,
      scope: '',
      verdict: 'accept',
      words: 'there is no image policy, so it need not be signed',
    });
  });
});
