import { resolve } from 'node:path';
import { LarderError } from '../../domain/errors.ts';
import { pathOfFileUrl } from '../../domain/file-path.ts';
import { quote } from '../../domain/quote.ts';
import { Discovery } from '../discovery/discovery.ts';
import type { Host } from '../host.ts';
import { HttpClient } from '../http/http-client.ts';
import { inspectKeys } from './inspect-keys.ts';
import type { InspectedKey } from './inspect-keys.ts';
import { downloadKey, readKeyFile } from './read-key.ts';

/** Where keys come from. */
export class KeySource {
  readonly #host: Host;
  readonly #http: HttpClient;

  /** @param allowHttp `--insecure-options=pubkey`: also over plain http */
  constructor(host: Host, allowHttp: boolean) {
    this.#host = host;
    this.#http = new HttpClient(host, { allowHttp });
  }

  /**
   * The URLs that images of this name publish their keys at (appc/spec, discovery.md, "ac-discovery-pubkeys").
   * @throws LarderError E_DISCOVERY
   */
  async discover(name: string, signal: AbortSignal): Promise<string[]> {
    const urls = await new Discovery(this.#host, this.#http).findKeys(name, signal);
    return urls.map(({ href }) => href);
  }

  /**
   * @param origin a URL or a path
   * @param cwd absolute directory that relative paths start from
   * @throws LarderError E_KEY, E_FILE, E_USAGE, E_REF, or what can happen on the way
   */
  async read(origin: string, cwd: string, signal: AbortSignal): Promise<InspectedKey[]> {
    const place = placeOf(origin, cwd);
    const bytes =
      typeof place === 'string'
        ? await readKeyFile(this.#host, resolve(cwd, place))
        : await downloadKey(this.#host, this.#http, place, signal);
    return inspectKeys(bytes, quote(origin), this.#host.clock.now());
  }
}

/** @returns a path where it is no URL of the web */
function placeOf(origin: string, cwd: string): URL | string {
  if (/^file:\/\//i.test(origin)) return pathOfFileUrl(origin, cwd);
  if (!/^https?:\/\//i.test(origin)) return origin;
  if (!URL.canParse(origin)) throw new LarderError('E_USAGE', `${quote(origin)} is no URL of a key.`);
  const url = new URL(origin);
  if (url.username === '' && url.password === '') return url;
  // Not repeated: it may hold a password.
  throw new LarderError(
    'E_USAGE',
    `The URL of a key on ${url.host} holds a user name or password; download it yourself.`,
  );
}
