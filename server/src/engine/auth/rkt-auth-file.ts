import { quote } from '../../domain/quote.ts';
import { isRecord } from '../registry/descriptor.ts';
import { broken, parseJsonObject } from './parse-json.ts';

/** How a request is made one of somebody who may ask (rkt's "Configuration", kinds `auth` and `dockerAuth`, version `v1`). */
export type RktCredentials =
  | { readonly type: 'basic'; readonly user: string; readonly password: string }
  | { readonly type: 'oauth'; readonly token: string }
  | {
      readonly type: 'aws';
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      /** Undefined: what the host's name says. */
      readonly region: string | undefined;
    };

/** One file of an `auth.d` directory. */
export type RktAuthFile =
  | {
      readonly kind: 'auth';
      readonly path: string;
      /** `HOST` or `HOST:PORT`, lower case. */
      readonly hosts: readonly string[];
      readonly credentials: RktCredentials;
    }
  | {
      readonly kind: 'dockerAuth';
      readonly path: string;
      readonly hosts: readonly string[];
      readonly credentials: Extract<RktCredentials, { type: 'basic' }>;
    };

type Refuse = (why: string) => Error;
type Fields = Readonly<Record<string, unknown>>;

/** @throws LarderError E_CREDENTIALS that says what is wrong, without a value of a secret field */
export function parseRktAuthFile(text: string, path: string): RktAuthFile {
  const file = parseJsonObject(text, path);
  const refuse: Refuse = (why) => broken(path, why);
  const kind = requiredText(file, 'rktKind', refuse);
  const version = requiredText(file, 'rktVersion', refuse);
  if (kind !== 'auth' && kind !== 'dockerAuth') {
    throw refuse(`its "rktKind" is ${quote(kind)}, and only "auth" and "dockerAuth" belong into auth.d`);
  }
  if (version !== 'v1') throw refuse(`its "rktVersion" is ${quote(version)}, and only "v1" is known`);
  const hosts = hostsOf(file, kind === 'auth' ? 'domains' : 'registries', refuse);
  if (kind === 'dockerAuth') return { kind, path, hosts, credentials: basic(fieldsOf(file, refuse), refuse) };
  const type = requiredText(file, 'type', refuse);
  const read = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (read === undefined) {
    throw refuse(`its "type" is ${quote(type)}, and only "basic", "oauth" and "aws" are known`);
  }
  return { kind, path, hosts, credentials: read(fieldsOf(file, refuse), refuse) };
}

const TYPES: Readonly<Record<string, (fields: Fields, refuse: Refuse) => RktCredentials>> = {
  basic,
  oauth: (fields, refuse) => {
    const token = requiredText(fields, 'token', refuse);
    if (!/^[\x21-\x7e]+$/.test(token)) throw refuse('its "token" has characters that cannot be sent');
    return { type: 'oauth', token };
  },
  aws: (fields, refuse) => {
    const region = fields['awsRegion'] ?? '';
    // It becomes a part of a header.
    if (typeof region !== 'string' || !/^[a-z0-9-]*$/i.test(region)) {
      throw refuse('its "awsRegion" is not the name of a region');
    }
    const accessKeyId = requiredText(fields, 'accessKeyID', refuse);
    if (!/^\w+$/.test(accessKeyId)) throw refuse('its "accessKeyID" has characters that no such ID has');
    const secretAccessKey = requiredText(fields, 'secretAccessKey', refuse);
    return { type: 'aws', accessKeyId, secretAccessKey, region: region === '' ? undefined : region };
  },
};

function basic(fields: Fields, refuse: Refuse): Extract<RktCredentials, { type: 'basic' }> {
  const user = requiredText(fields, 'user', refuse);
  return { type: 'basic', user, password: requiredText(fields, 'password', refuse) };
}

function fieldsOf(file: Fields, refuse: Refuse): Fields {
  const { credentials } = file;
  if (isRecord(credentials)) return credentials;
  throw refuse('it has no "credentials", which must be an object');
}

function hostsOf(file: Fields, field: string, refuse: Refuse): string[] {
  const hosts = file[field];
  if (!Array.isArray(hosts) || hosts.length === 0) throw refuse(`its "${field}" must be a list of hosts`);
  return (hosts as unknown[]).map((host) => {
    if (typeof host !== 'string') throw refuse(`its "${field}" has something that is no host`);
    if (!isHostAndPort(host))
      throw refuse(`its "${field}" has ${quote(host)}, which is not HOST or HOST:PORT`);
    return host.toLowerCase();
  });
}

function isHostAndPort(text: string): boolean {
  return /^[^\s/?#@\\]+$/.test(text) && URL.canParse(`https://${text}`);
}

function requiredText(fields: Fields, name: string, refuse: Refuse): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw refuse(`it has no "${name}", which must be a text that is not empty`);
}
