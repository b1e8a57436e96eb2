/** Where signatures are looked for (registries.d). */
import { by } from './case.ts';
import type { Case, Names } from './case.ts';

const place = (path: string, key = 'lookaside'): string => `{ ${key}: ${JSON.stringify(path)} }`;

const signed = (
  files: (names: Names) => Readonly<Record<string, string>>,
): Omit<Case, 'what' | 'larder'> => ({
  image: 'alice:1',
  policy: by('alice'),
  registriesD: files,
});

export const PLACES: readonly Case[] = [
  {
    what: 'the older name of the key',
    ...signed(({ lookaside }) => ({ 'a.yaml': `default-docker: ${place(lookaside, 'sigstore')}` })),
    larder: null,
  },
  {
    what: 'both names, the newer one counts',
    ...signed(({ lookaside }) => ({
      'a.yaml': `default-docker: { sigstore: "file:///nowhere", lookaside: ${JSON.stringify(lookaside)} }`,
    })),
    larder: null,
  },
  {
    what: 'a namespace before the default',
    ...signed(({ registry, lookaside }) => ({
      'a.yaml': `default-docker: ${place('file:///nowhere')}`,
      'b.yaml': `docker: { "${registry}/alice": ${place(lookaside)} }`,
    })),
    larder: null,
  },
  {
    what: 'the most specific namespace',
    ...signed(({ registry, lookaside }) => ({
      'a.yaml': `docker: { "${registry}": ${place(lookaside)}, "${registry}/alice:1": ${place('file:///nowhere')} }`,
    })),
    larder: 'E_SIGNATURE_MISSING',
  },
  {
    what: 'a namespace that says nothing about it',
    ...signed(({ registry, lookaside }) => ({
      'a.yaml': `docker: { "${registry}": ${place(lookaside)}, "${registry}/alice": { lookaside-staging: "file:///x" } }`,
    })),
    larder: null,
  },
  {
    what: 'a namespace with a wildcard',
    ...signed(({ lookaside }) => ({ 'a.yaml': `docker: { "*.0.0.1": ${place(lookaside)} }` })),
    larder: null,
  },
  {
    what: 'a namespace in two files',
    ...signed(({ registry, lookaside }) => ({
      'a.yaml': `docker: { "${registry}": ${place(lookaside)} }`,
      'b.yaml': `docker: { "${registry}": ${place(lookaside)} }`,
    })),
    larder: 'E_CONFIG',
  },
  {
    what: 'a default in two files',
    ...signed(({ lookaside }) => ({
      'a.yaml': `default-docker: ${place(lookaside)}`,
      'b.yaml': `default-docker: ${place(lookaside)}`,
    })),
    larder: 'E_CONFIG',
  },
  {
    what: 'a file that is no YAML',
    ...signed(({ lookaside }) => ({ 'a.yaml': `default-docker: ${place(lookaside)}`, 'b.yaml': '{' })),
    larder: 'E_CONFIG',
  },
  {
    what: 'a file with another ending',
    ...signed(({ lookaside }) => ({ 'a.yaml': `default-docker: ${place(lookaside)}`, 'b.yml': '{' })),
    larder: null,
  },
  { what: 'nothing said', ...signed(() => ({})), larder: 'E_SIGNATURE_MISSING' },
  {
    what: 'a URL that nobody can follow',
    ...signed(() => ({ 'a.yaml': 'default-docker: { lookaside: "ftp://127.0.0.1/x" }' })),
    larder: 'E_CONFIG',
  },
  {
    what: 'a web server that has it',
    ...signed(({ web }) => ({ 'a.yaml': `default-docker: ${place(web)}` })),
    larder: null,
    signers: ['alice'],
  },
  {
    what: 'a web server that has none',
    ...signed(({ web }) => ({ 'a.yaml': `default-docker: ${place(`${web}/none`)}` })),
    larder: 'E_SIGNATURE_MISSING',
  },
  {
    what: 'a web server that denies it',
    ...signed(({ web }) => ({ 'a.yaml': `default-docker: ${place(`${web}/denied`)}` })),
    larder: 'E_AUTH_REQUIRED',
  },
];
