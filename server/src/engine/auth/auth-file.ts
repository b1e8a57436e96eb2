import { isUtf8 } from 'node:buffer';
import { isRecord } from '../registry/descriptor.ts';
import type { Repository } from '../registry/endpoint.ts';
import type { Credential } from './credential.ts';
import { broken, parseJsonObject } from './parse-json.ts';
import { canonicalHost, keysFor, targetOfKey } from './registry-keys.ts';

/** What docker's config.json and containers' auth.json have in common. */
export interface AuthFile {
  readonly path: string;
  /** By registry, and in auth.json by namespace too. Looked into only when one is needed: another may be broken. */
  readonly auths: ReadonlyMap<string, unknown>;
  /** The part of a helper's name behind `docker-credential-`; empty: `auths` is meant. */
  readonly credHelpers: ReadonlyMap<string, string>;
  /** The helper for all other registries (docker's alone). */
  readonly credsStore: string | undefined;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What may stand in a header. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

/** @throws LarderError E_CREDENTIALS */
export function parseAuthFile(text: string, path: string): AuthFile {
  // Docker makes do with an empty file.
  const file = text.trim() === '' ? {} : parseJsonObject(text, path);
  const { auths = {}, credHelpers = {}, credsStore = '' } = file;
  if (!isRecord(auths)) throw broken(path, 'its "auths" is not an object');
  if (!isRecord(credHelpers)) throw broken(path, 'its "credHelpers" is not an object');
  if (typeof credsStore !== 'string') throw broken(path, 'its "credsStore" is not the name of a helper');
  const helpers = new Map<string, string>();
  for (const [key, name] of Object.entries(credHelpers)) {
    if (typeof name !== 'string') throw broken(path, 'its "credHelpers" has something that is no name');
    helpers.set(key, name);
  }
  return {
    path,
    auths: new Map(Object.entries(auths)),
    credHelpers: helpers,
    credsStore: credsStore === '' ? undefined : credsStore,
  };
}

/** The helper that `credHelpers` names for a registry: undefined when none, empty when it says that `auths` is meant. */
export function helperFor({ credHelpers }: AuthFile, registry: string): string | undefined {
  const host = canonicalHost(registry);
  const key = [...credHelpers.keys()].find((candidate) => targetOfKey(candidate) === host);
  return key === undefined ? undefined : credHelpers.get(key);
}

/**
 * What `auths` has for a repository.
 * @throws LarderError E_CREDENTIALS when it is there and cannot be used
 */
export function authFor({ auths, path }: AuthFile, repository: Repository): Credential | undefined {
  for (const key of keysFor(auths.keys(), repository)) {
    const credential = parseEntry(auths.get(key), (why) =>
      broken(path, `the entry for ${repository.registry} ${why}`),
    );
    // Docker leaves empty entries where a helper has the rest.
    if (credential !== undefined) return credential;
  }
  return undefined;
}

function parseEntry(entry: unknown, refuse: (why: string) => Error): Credential | undefined {
  if (!isRecord(entry)) throw refuse('is not an object');
  const text = (name: string): string => {
    const value = entry[name] ?? '';
    if (typeof value !== 'string') throw refuse(`has a "${name}" that is no text`);
    return value;
  };
  const registryToken = text('registrytoken');
  if (registryToken !== '') {
    if (!HEADER_SAFE.test(registryToken)) throw refuse('has a "registrytoken" that cannot be sent');
    return { kind: 'registry-token', token: registryToken };
  }
  const identityToken = text('identitytoken');
  if (identityToken !== '') return { kind: 'identity-token', token: identityToken };
  const auth = text('auth');
  if (auth !== '') return parseAuth(auth, refuse);
  const [username, password] = [text('username'), text('password')];
  return username === '' && password === '' ? undefined : { kind: 'basic', username, password };
}

/** `USER:PASSWORD` in base64. */
function parseAuth(auth: string, refuse: (why: string) => Error): Credential {
  const compact = auth.replaceAll(/[\r\n]/g, '');
  const bytes = BASE64.test(compact) ? Buffer.from(compact, 'base64') : undefined;
  const pair = bytes !== undefined && isUtf8(bytes) ? bytes.toString() : '';
  const colon = pair.indexOf(':');
  if (colon < 1) throw refuse('has an "auth" that is not a user name and a password in base64');
  // Old versions of docker padded the password with zeros.
  const password = pair.slice(colon + 1).replace(/^\0+|\0+$/g, '');
  return { kind: 'basic', username: pair.slice(0, colon), password };
}
