import { fileURLToPath } from 'node:url';
import { LarderError } from '../../domain/errors.ts';
import { printable, quote } from '../../domain/quote.ts';
import { discard, readBody } from '../http/body.ts';
import type { HttpClient } from '../http/http-client.ts';
import { isLoopback } from '../http/loopback.ts';
import { cancelledError } from '../http/network-error.ts';
import { withRetries } from '../http/retry.ts';
import type { Host } from '../host.ts';
import { readBounded } from '../read-bounded.ts';
import { errnoOf } from '../store/store-error.ts';

/** Hundreds of times what a signature needs. Bytes. */
const LIMIT = 1 << 18;
/** As many as containers/image reads. */
const MOST = 128;

/** Which signatures. */
export interface LookasideQuery {
  readonly base: URL;
  /** Without its host: `library/nginx`. */
  readonly repository: string;
  /** Of the image's manifest: `sha256:…`. */
  readonly digest: string;
  readonly signal: AbortSignal;
}

/** A file of a lookaside, whatever it holds. */
export interface LookasideFile {
  /** Path or URL, for messages: not cut, because its end is what differs. */
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Reads the signatures of an image beside its registry (containers/image, docs/signature-protocols.md, "separate storage"):
 * `BASE/REPOSITORY@sha256=HEX/signature-N`, N from 1 to the last before the first that is not there.
 * @throws LarderError E_CONFIG, E_TLS, E_TOO_LARGE, E_FILE, or what can happen on the way
 */
export async function readLookaside(
  host: Host,
  http: HttpClient,
  query: LookasideQuery,
): Promise<LookasideFile[]> {
  const files: LookasideFile[] = [];
  for (let number = 1; ; number++) {
    const url = urlOf(query, number);
    const file =
      url.protocol === 'file:' ? await readFile(host, url, query) : await download(host, http, url, query);
    if (file === undefined) return files;
    if (number > MOST) throw tooMany(query);
    files.push(file);
  }
}

function urlOf({ base, repository, digest }: LookasideQuery, number: number): URL {
  const url = new URL(base);
  const directory = `${repository}@${digest.replace(':', '=')}`;
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${directory}/signature-${number}`;
  return url;
}

async function readFile(
  host: Host,
  url: URL,
  { signal }: LookasideQuery,
): Promise<LookasideFile | undefined> {
  if (signal.aborted) throw cancelledError('read the signatures', signal);
  const path = pathOf(url);
  try {
    const bytes = await readBounded(host, path, LIMIT);
    if (bytes !== undefined) return { name: path, bytes };
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === undefined) throw error;
    throw new LarderError(
      'E_FILE',
      `Larder could not read the signature ${printable(path)} (${code}); make it readable.`,
      error,
    );
  }
  throw new LarderError(
    'E_TOO_LARGE',
    `The signature ${printable(path)} has more than ${LIMIT} bytes; remove it.`,
  );
}

/** The host of a `file:` URL is passed over, as containers/image does. */
function pathOf(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new LarderError(
      'E_CONFIG',
      `The signatures cannot be looked for at ${quote(url.href)}, because that names no file of this machine; write the lookaside in registries.d like file:///var/lib/containers/sigstore.`,
      error,
    );
  }
}

async function download(
  host: Host,
  http: HttpClient,
  url: URL,
  { signal }: LookasideQuery,
): Promise<LookasideFile | undefined> {
  const name = withoutQuery(url);
  if (url.protocol !== 'https:' && !http.allowHttp && !isLoopback(url.hostname)) {
    throw new LarderError(
      'E_TLS',
      `The signature ${printable(name)} was not asked for over plain http; write the lookaside in registries.d with https, or allow it with --insecure-options=http.`,
    );
  }
  const errand = { url, doing: `get the signature ${printable(name)}`, signal };
  return withRetries(host, signal, async () => {
    const response = await http.send({ ...errand, method: 'GET', expect: [200, 404], redirects: 'follow' });
    if (response.status === 200) return { name, bytes: await readBody(response.body, LIMIT, errand) };
    discard(response.body);
    return undefined;
  });
}

/** A URL for messages: its query may hold a secret. */
export function withoutQuery({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

function tooMany({ base, repository, digest }: LookasideQuery): LarderError {
  return new LarderError(
    'E_TOO_LARGE',
    `There are more than ${MOST} signatures of ${quote(`${repository}@${digest}`)} at ${quote(withoutQuery(base))}; remove those that nobody needs.`,
  );
}
