/** What a signature is, and is not. */
import { by, repository } from './case.ts';
import type { Case } from './case.ts';

const NOT_BY_LARDER = 'gpg counts it; openpgp takes it for too weak to prove anything';

export const SIGNATURES: readonly Case[] = [
  {
    what: 'a signature of which the content was changed',
    image: 'tampered:1',
    policy: by('alice'),
    larder: 'E_SIGNATURE_BAD',
  },
  { what: 'a signature without compression', image: 'uncompressed:1', policy: by('alice'), larder: null },
  {
    what: 'garbage before a good signature',
    image: 'garbage:1',
    policy: by('alice', repository),
    larder: 'E_SIGNATURE_BAD',
  },
  { what: 'an empty file', image: 'empty:1', policy: by('alice'), larder: 'E_SIGNATURE_BAD' },
  { what: 'an armored signature', image: 'armored:1', policy: by('alice'), larder: 'E_SIGNATURE_BAD' },
  { what: 'a signature with the name of its format', image: 'framed:1', policy: by('alice'), larder: null },
  {
    what: 'a signature of an unknown format',
    image: 'unknown-format:1',
    policy: by('alice'),
    larder: 'E_SIGNATURE_BAD',
  },
  {
    what: 'a sigstore signature alone',
    image: 'sigstore:1',
    policy: by('alice'),
    larder: 'E_SIGNATURE_MISSING',
  },
  {
    what: 'a second signature without a first',
    image: 'gap:1',
    policy: by('alice'),
    larder: 'E_SIGNATURE_MISSING',
  },
  {
    what: 'one message by two keys',
    image: 'two-in-one:1',
    policy: by('several'),
    larder: 'E_SIGNATURE_BAD',
  },
  {
    what: 'a key that has expired since',
    image: 'expired:1',
    policy: by('expired'),
    larder: 'E_SIGNATURE_KEY_EXPIRED',
  },
  {
    what: 'a key that was revoked since',
    image: 'revoked:1',
    policy: by('revoked'),
    larder: 'E_SIGNATURE_REVOKED',
  },
  {
    what: 'a signature that has expired',
    image: 'brief:1',
    policy: by('brief'),
    larder: 'E_SIGNATURE_EXPIRED',
  },
  {
    what: 'a signature of the future',
    image: 'future:1',
    policy: by('bob'),
    larder: 'E_SIGNATURE_BAD',
    unlike: 'gpg takes any date; who dates a signature ahead may mean a time at which the key is revoked',
  },
  {
    what: 'a subkey',
    image: 'subkey:1',
    policy: by('subkey'),
    larder: null,
    unlike:
      'this skopeo compares with fingerprints of primary keys alone, which containers/image#2905 has corrected',
  },
  { what: 'SHA-1', image: 'sha1:1', policy: by('alice'), larder: 'E_SIGNATURE_WEAK', unlike: NOT_BY_LARDER },
  {
    what: 'RSA 1024',
    image: 'small:1',
    policy: by('small'),
    larder: 'E_SIGNATURE_WEAK',
    unlike: NOT_BY_LARDER,
  },
  { what: 'DSA', image: 'dsa:1', policy: by('dsa'), larder: 'E_SIGNATURE_WEAK', unlike: NOT_BY_LARDER },
  {
    what: 'text mode',
    image: 'text:1',
    policy: by('alice'),
    larder: 'E_SIGNATURE_WEAK',
    unlike: 'gpg counts it, although it leaves line ends out',
  },
  {
    what: 'a brainpool key',
    image: 'brainpool:1',
    policy: by('brainpool'),
    larder: 'E_SIGNATURE_UNSUPPORTED',
    unlike: 'openpgp comes without these curves',
  },
  {
    what: 'a signature of another type',
    image: 'other-type:1',
    policy: by('alice'),
    larder: 'E_SIGNATURE_BAD',
  },
  {
    what: 'an unknown key in what is signed',
    image: 'unknown-key:1',
    policy: by('alice'),
    larder: 'E_SIGNATURE_BAD',
  },
  {
    what: 'a key twice in what is signed',
    image: 'duplicate-key:1',
    policy: by('alice'),
    larder: 'E_SIGNATURE_BAD',
  },
  {
    what: 'nothing optional in what is signed',
    image: 'no-optional:1',
    policy: by('alice'),
    larder: 'E_SIGNATURE_BAD',
  },
  { what: 'more that is optional', image: 'more-optional:1', policy: by('alice'), larder: null },
  { what: 'half a second', image: 'odd-timestamp:1', policy: by('alice'), larder: 'E_SIGNATURE_BAD' },
  { what: 'whole seconds, written otherwise', image: 'float-timestamp:1', policy: by('alice'), larder: null },
  {
    what: 'a creator that is a number',
    image: 'no-creator:1',
    policy: by('alice'),
    larder: 'E_SIGNATURE_BAD',
  },
  { what: 'spaces and lines in what is signed', image: 'spaced:1', policy: by('alice'), larder: null },
  {
    what: 'something behind what is signed',
    image: 'trailing:1',
    policy: by('alice'),
    larder: 'E_SIGNATURE_BAD',
  },
  { what: 'no JSON at all', image: 'not-utf8:1', policy: by('alice'), larder: 'E_SIGNATURE_BAD' },
  { what: 'an index, its image signed', image: 'multi:1', policy: by('alice'), larder: null },
  {
    what: 'an index that is signed, its image not',
    image: 'list:1',
    policy: by('alice'),
    larder: 'E_SIGNATURE_MISSING',
  },
];
