/** Policies by which nothing is accepted. */
import { ACCEPT, by, scopes, signedBy } from './case.ts';
import type { Case } from './case.ts';

const POLICIES: readonly (readonly [what: string, policy: Case['policy']])[] = [
  ['an unknown key', () => ({ default: ACCEPT, more: 1 })],
  ['a key in another case', () => ({ Default: ACCEPT })],
  ['a key twice', () => '{"default":[{"type":"insecureAcceptAnything"}],"default":[{"type":"reject"}]}'],
  [
    'a scope twice',
    () =>
      '{"default":[{"type":"reject"}],"transports":{"docker":{"a":[{"type":"insecureAcceptAnything"}],"a":[{"type":"reject"}]}}}',
  ],
  ['no requirements', () => ({ default: [] })],
  ['no default', () => ({ transports: {} })],
  ['no requirements of a scope that is not asked', () => ({ ...scopes({ 'example.com': [] }, ACCEPT) })],
  ['an unknown type', () => ({ default: [{ type: 'acceptAnything' }] })],
  ['more in a requirement', () => ({ default: [{ type: 'insecureAcceptAnything', keyType: 'GPGKeys' }] })],
  [
    'a path that is no path of the transport',
    () => ({ default: ACCEPT, transports: { oci: { 'not/absolute': ACCEPT } } }),
  ],
  [
    'a key and a path',
    ({ key, keyData }) => ({ default: [signedBy({ keyPath: key('alice'), keyData: keyData('alice') })] }),
  ],
  ['no key', () => ({ default: [signedBy({})] })],
  [
    'an unknown type of key',
    ({ key }) => ({ default: [{ type: 'signedBy', keyType: 'other', keyPath: key('alice') }] }),
  ],
  ['a key that is no base64', () => ({ default: [signedBy({ keyData: '%' })] })],
  ['an unknown identity', (names) => by('alice', { type: 'matchAll' })(names)],
  [
    'an exact reference without a tag',
    (names) => by('alice', { type: 'exactReference', dockerReference: 'a/b' })(names),
  ],
  [
    'a prefix that is none',
    (names) => by('alice', { type: 'remapIdentity', prefix: 'a b', signedPrefix: 'c.d' })(names),
  ],
  ['a comment', () => '{"default":[{"type":"insecureAcceptAnything"}]} // all'],
  ['nothing', () => ''],
];

export const INVALID: readonly Case[] = POLICIES.map(([what, policy]) => ({
  what: `not valid: ${what}`,
  image: 'alice:1',
  policy,
  larder: 'E_CONFIG',
}));
