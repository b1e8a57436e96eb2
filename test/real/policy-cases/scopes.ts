/** Which part of a policy decides. */
import { ACCEPT, REJECT, scopes, signedBy } from './case.ts';
import type { Case, Names } from './case.ts';

/** Accepted only by this scope. */
const only =
  (scope: string | ((names: Names) => string)): Case['policy'] =>
  (names) =>
    scopes({ [typeof scope === 'string' ? scope : scope(names)]: ACCEPT });

export const SCOPES: readonly Case[] = [
  { what: 'the host with its port', image: 'none:1', policy: only(({ registry }) => registry), larder: null },
  { what: 'the host without its port', image: 'none:1', policy: only('127.0.0.1'), larder: 'E_POLICY' },
  { what: 'a wildcard of the parent domain', image: 'none:1', policy: only('*.0.0.1'), larder: null },
  { what: 'a wildcard of a domain above that', image: 'none:1', policy: only('*.1'), larder: null },
  {
    what: 'a wildcard with the port',
    image: 'none:1',
    policy: only(({ port }) => `*.0.0.1:${port}`),
    larder: 'E_POLICY',
  },
  { what: 'a wildcard alone', image: 'none:1', policy: only('*'), larder: 'E_POLICY' },
  {
    what: 'a namespace',
    image: 'ns/deep/app:1',
    policy: only(({ registry }) => `${registry}/ns`),
    larder: null,
  },
  {
    what: 'a namespace and a slash',
    image: 'ns/deep/app:1',
    policy: only(({ registry }) => `${registry}/ns/`),
    larder: 'E_POLICY',
  },
  {
    what: 'half a namespace',
    image: 'ns/deep/app:1',
    policy: only(({ registry }) => `${registry}/ns/de`),
    larder: 'E_POLICY',
  },
  {
    what: 'the repository',
    image: 'none:1',
    policy: only(({ registry }) => `${registry}/none`),
    larder: null,
  },
  { what: 'the tag', image: 'none:1', policy: only(({ registry }) => `${registry}/none:1`), larder: null },
  {
    what: 'another tag',
    image: 'none:1',
    policy: only(({ registry }) => `${registry}/none:2`),
    larder: 'E_POLICY',
  },
  {
    what: 'the tag that nobody wrote',
    image: 'alice',
    policy: only(({ registry }) => `${registry}/alice:latest`),
    larder: null,
  },
  {
    what: 'the digest',
    image: ({ registry, digest }) => `${registry}/none@${digest}`,
    policy: only(({ registry, digest }) => `${registry}/none@${digest}`),
    larder: null,
  },
  {
    what: 'the tag, asked for by digest',
    image: ({ registry, digest }) => `${registry}/none@${digest}`,
    policy: only(({ registry }) => `${registry}/none:1`),
    larder: 'E_POLICY',
  },
  { what: 'the empty scope', image: 'none:1', policy: only(''), larder: null },
  {
    what: 'the empty scope before the default',
    image: 'none:1',
    policy: () => scopes({ '': REJECT }, ACCEPT),
    larder: 'E_POLICY',
  },
  {
    what: 'the empty scope behind the host',
    image: 'none:1',
    policy: ({ registry }) => scopes({ '': REJECT, [registry]: ACCEPT }),
    larder: null,
  },
  {
    what: 'the most specific scope, whatever stands first',
    image: 'ns/deep/app:1',
    policy: ({ registry }) =>
      scopes({ [registry]: ACCEPT, [`${registry}/ns/deep/app`]: REJECT, [`${registry}/ns`]: ACCEPT }),
    larder: 'E_POLICY',
  },
  {
    what: 'a signature in a namespace alone',
    image: 'ns/deep/app:1',
    policy: ({ registry, key }) => scopes({ [`${registry}/ns`]: [signedBy({ keyPath: key('alice') })] }),
    larder: null,
    signers: ['alice'],
  },
  {
    what: 'another transport',
    image: 'none:1',
    policy: ({ registry }) => ({ default: REJECT, transports: { atomic: { [registry]: ACCEPT } } }),
    larder: 'E_POLICY',
  },
];
