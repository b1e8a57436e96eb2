/** Which name a signature must give to the image. */
import { by, exact, repository } from './case.ts';
import type { Case } from './case.ts';

export const IDENTITIES: readonly Case[] = [
  { what: 'by default, another tag', image: 'alice:2', policy: by('alice'), larder: 'E_SIGNATURE_BAD' },
  {
    what: 'by default, another repository',
    image: 'copied:1',
    policy: by('alice'),
    larder: 'E_SIGNATURE_BAD',
  },
  { what: 'by default, another digest', image: 'other:1', policy: by('alice'), larder: 'E_SIGNATURE_BAD' },
  { what: 'by default, no tag asked for', image: 'alice', policy: by('alice'), larder: null },
  {
    what: 'by default, by digest',
    image: ({ registry, digest }) => `${registry}/alice@${digest}`,
    policy: by('alice'),
    larder: null,
  },
  {
    what: 'by default, by digest, another repository',
    image: ({ registry, digest }) => `${registry}/copied@${digest}`,
    policy: by('alice'),
    larder: 'E_SIGNATURE_BAD',
  },
  {
    what: 'by default, another name of the host',
    image: ({ port }) => `localhost:${port}/alice:1`,
    policy: by('alice'),
    larder: 'E_SIGNATURE_BAD',
  },
  {
    what: 'matchRepoDigestOrExact, written',
    image: 'alice:1',
    policy: by('alice', { type: 'matchRepoDigestOrExact' }),
    larder: null,
  },
  { what: 'matchExact, the tag', image: 'alice:1', policy: by('alice', exact), larder: null },
  {
    what: 'matchExact, another tag',
    image: 'alice:2',
    policy: by('alice', exact),
    larder: 'E_SIGNATURE_BAD',
  },
  {
    what: 'matchExact, by digest',
    image: ({ registry, digest }) => `${registry}/alice@${digest}`,
    policy: by('alice', exact),
    larder: 'E_SIGNATURE_BAD',
  },
  { what: 'matchRepository, another tag', image: 'alice:2', policy: by('alice', repository), larder: null },
  {
    what: 'matchRepository, another repository',
    image: 'copied:1',
    policy: by('alice', repository),
    larder: 'E_SIGNATURE_BAD',
  },
  {
    what: 'matchRepository, another digest',
    image: 'other:1',
    policy: by('alice', repository),
    larder: 'E_SIGNATURE_BAD',
  },
  {
    what: 'exactReference, of another image that was copied',
    image: 'copied:1',
    policy: (names) =>
      by('alice', { type: 'exactReference', dockerReference: `${names.registry}/alice:1` })(names),
    larder: null,
  },
  {
    what: 'exactReference, another tag',
    image: 'alice:1',
    policy: (names) =>
      by('alice', { type: 'exactReference', dockerReference: `${names.registry}/alice:2` })(names),
    larder: 'E_SIGNATURE_BAD',
  },
  {
    what: 'exactRepository, of another image that was copied',
    image: 'copied:1',
    policy: (names) =>
      by('alice', { type: 'exactRepository', dockerRepository: `${names.registry}/alice` })(names),
    larder: null,
  },
  {
    what: 'exactRepository, another',
    image: 'alice:1',
    policy: (names) =>
      by('alice', { type: 'exactRepository', dockerRepository: `${names.registry}/bob` })(names),
    larder: 'E_SIGNATURE_BAD',
  },
  {
    what: 'remapIdentity, of the host',
    image: ({ port }) => `localhost:${port}/alice:1`,
    policy: (names) =>
      by('alice', { type: 'remapIdentity', prefix: `localhost:${names.port}`, signedPrefix: names.registry })(
        names,
      ),
    larder: null,
  },
  {
    what: 'remapIdentity, of a repository',
    image: 'copied:1',
    policy: (names) =>
      by('alice', {
        type: 'remapIdentity',
        prefix: `${names.registry}/copied`,
        signedPrefix: `${names.registry}/alice`,
      })(names),
    larder: null,
  },
  {
    what: 'remapIdentity, of another prefix',
    image: 'alice:1',
    policy: (names) =>
      by('alice', { type: 'remapIdentity', prefix: `${names.registry}/al`, signedPrefix: 'example.com' })(
        names,
      ),
    larder: null,
  },
  {
    what: 'remapIdentity, away from what is signed',
    image: 'alice:1',
    policy: (names) =>
      by('alice', { type: 'remapIdentity', prefix: names.registry, signedPrefix: 'example.com' })(names),
    larder: 'E_SIGNATURE_BAD',
  },
];
