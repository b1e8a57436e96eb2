import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import { readBody } from '../http/body.ts';
import type { HttpClient } from '../http/http-client.ts';
import { isLoopback } from '../http/loopback.ts';
import { withRetries } from '../http/retry.ts';
import type { Host } from '../host.ts';
import { readBounded } from '../read-bounded.ts';
import { errnoOf } from '../store/store-error.ts';
import { KEY_LIMIT } from './public-keys.ts';

/**
 * Downloads a file of public keys: over https, so that nobody on the way puts theirs in; over plain http only from this machine,
 * or when the client allows it (`--insecure-options=pubkey`).
 * @throws LarderError E_TLS for plain http, and what else can happen on the way
 */
export function downloadKey(host: Host, http: HttpClient, url: URL, signal: AbortSignal): Promise<Buffer> {
  if (url.protocol !== 'https:' && !http.allowHttp && !isLoopback(url.hostname)) {
    throw new LarderError(
      'E_TLS',
      `The key ${quote(url.href)} was not asked for, because over plain http anybody on the way could put in theirs; use https, or allow it with --insecure-options=pubkey.`,
    );
  }
  const errand = { url, doing: `get the key ${quote(url.href)}`, signal };
  return withRetries(host, signal, async () => {
    const response = await http.send({ ...errand, method: 'GET', expect: [200], redirects: 'follow' });
    return readBody(response.body, KEY_LIMIT, errand);
  });
}

/**
 * Reads a file of public keys, which may be a pipe.
 * @param path absolute
 * @throws LarderError E_FILE, E_TOO_LARGE
 */
export async function readKeyFile({ fs }: Pick<Host, 'fs'>, path: string): Promise<Buffer> {
  let bytes: Buffer | undefined;
  try {
    bytes = await readBounded({ fs }, path, KEY_LIMIT);
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    throw new LarderError(
      'E_FILE',
      `Larder could not read the key ${quote(path)} (${code}); check the path.`,
      error,
    );
  }
  if (bytes !== undefined) return bytes;
  throw new LarderError(
    'E_TOO_LARGE',
    `${quote(path)} has more than ${KEY_LIMIT} bytes, too many for keys; export only the keys you mean to trust.`,
  );
}
