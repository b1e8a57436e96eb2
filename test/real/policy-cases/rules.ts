/** Requirements that ask for no signature, or for one that cannot be checked. */
import { ACCEPT, REJECT, repository } from './case.ts';
import type { Case } from './case.ts';

export const RULES: readonly Case[] = [
  {
    what: 'anything is accepted',
    image: 'none:1',
    policy: () => ({ default: ACCEPT }),
    larder: null,
    signers: [],
  },
  { what: 'anything is rejected', image: 'alice:1', policy: () => ({ default: REJECT }), larder: 'E_POLICY' },
  {
    what: 'accepted and rejected',
    image: 'alice:1',
    policy: () => ({ default: [...ACCEPT, ...REJECT] }),
    larder: 'E_POLICY',
  },
  {
    what: 'anything, although its signature is garbage',
    image: 'garbage:1',
    policy: () => ({ default: ACCEPT }),
    larder: null,
  },
  {
    what: 'a base layer, which nobody checks',
    image: 'alice:1',
    policy: () => ({ default: [{ type: 'signedBaseLayer', baseLayerIdentity: repository }] }),
    larder: 'E_POLICY',
  },
  {
    what: 'sigstore, a key file',
    image: 'alice:1',
    policy: ({ key }) => ({ default: [{ type: 'sigstoreSigned', keyPath: key('alice') }] }),
    larder: 'E_POLICY',
  },
  {
    what: 'sigstore, a key, and the image has a sigstore signature',
    image: 'sigstore:1',
    policy: ({ keyData }) => ({ default: [{ type: 'sigstoreSigned', keyData: keyData('alice') }] }),
    larder: 'E_POLICY',
  },
  {
    what: 'keys of X.509',
    image: 'alice:1',
    policy: ({ key }) => ({
      default: [{ type: 'signedBy', keyType: 'X509Certificates', keyPath: key('alice') }],
    }),
    larder: 'E_POLICY',
  },
];
