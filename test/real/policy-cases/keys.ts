/** Whose signature is asked for. */
import { ACCEPT, by, signedBy } from './case.ts';
import type { Case } from './case.ts';

export const KEYS: readonly Case[] = [
  { what: 'keyPath, signed', image: 'alice:1', policy: by('alice'), larder: null, signers: ['alice'] },
  { what: 'keyPath, unsigned', image: 'none:1', policy: by('alice'), larder: 'E_SIGNATURE_MISSING' },
  {
    what: 'keyPath, signed by another',
    image: 'bob:1',
    policy: by('alice'),
    larder: 'E_SIGNATURE_UNTRUSTED',
  },
  {
    what: 'keyPaths, the second signed',
    image: 'bob:1',
    policy: ({ key }) => ({ default: [signedBy({ keyPaths: [key('alice'), key('bob')] })] }),
    larder: null,
    signers: ['bob'],
  },
  {
    what: 'keyPaths, one of which is missing',
    image: 'bob:1',
    policy: ({ key }) => ({ default: [signedBy({ keyPaths: [key('bob'), key('nobody')] })] }),
    larder: 'E_FILE',
  },
  {
    what: 'keyData',
    image: 'alice:1',
    policy: ({ keyData }) => ({ default: [signedBy({ keyData: keyData('alice') })] }),
    larder: null,
    signers: ['alice'],
  },
  {
    what: 'keyData of another',
    image: 'alice:1',
    policy: ({ keyData }) => ({ default: [signedBy({ keyData: keyData('bob') })] }),
    larder: 'E_SIGNATURE_UNTRUSTED',
  },
  {
    what: 'a file of several armored keys',
    image: 'bob:1',
    policy: by('several'),
    larder: null,
    signers: ['bob'],
  },
  { what: 'a binary keyring', image: 'bob:1', policy: by('binary'), larder: null, signers: ['bob'] },
  { what: 'a file that is no key', image: 'alice:1', policy: by('nonsense'), larder: 'E_KEY' },
  {
    what: 'two requirements, both met by a signature each',
    image: 'both:1',
    policy: ({ key }) => ({ default: ['alice', 'bob'].map((name) => signedBy({ keyPath: key(name) })) }),
    larder: null,
    signers: ['alice', 'bob'],
  },
  {
    what: 'two requirements, one met',
    image: 'alice:1',
    policy: ({ key }) => ({ default: ['alice', 'bob'].map((name) => signedBy({ keyPath: key(name) })) }),
    larder: 'E_SIGNATURE_UNTRUSTED',
  },
  {
    what: 'a signature and anything',
    image: 'alice:1',
    policy: ({ key }) => ({ default: [...ACCEPT, signedBy({ keyPath: key('alice') })] }),
    larder: null,
    signers: ['alice'],
  },
  {
    what: 'several signatures, the last of them good',
    image: 'bad-then-good:1',
    policy: by('alice'),
    larder: null,
    signers: ['alice'],
  },
  {
    what: 'several signatures, none by the key',
    image: 'both:1',
    policy: by('revoked'),
    larder: 'E_SIGNATURE_UNTRUSTED',
  },
];
