import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import { isLoopback } from './loopback.ts';
import type { RequestHeaders } from './message.ts';
import type { Errand } from './network-error.ts';

/** Redirects that keep the method, which for GET and HEAD are all (RFC 9110, 15.4). */
export const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
export const REDIRECT_LIMIT = 10;

/**
 * Where a redirect leads.
 * @param location the Location header
 * @param allowHttp whether plain http may be used to any host
 * @throws LarderError E_PROTOCOL for a redirect without a usable target; E_TLS for one that would leave TLS: everybody on
 *   the way could change the answer, and a server of the internet could make Larder ask services of this machine
 */
export function redirectTarget(
  from: URL,
  location: string | undefined,
  allowHttp: boolean,
  { doing }: Errand,
): URL {
  const refuse = (code: 'E_PROTOCOL' | 'E_TLS', why: string): LarderError =>
    new LarderError(code, `Larder could not ${doing}: ${from.host} redirects ${why}.`);

  if (location === undefined || !URL.canParse(location, from.href)) {
    throw refuse('E_PROTOCOL', 'without saying where to; tell whoever runs it');
  }
  const target = new URL(location, from);
  if (target.protocol === 'https:') return target;
  if (target.protocol !== 'http:') {
    throw refuse('E_PROTOCOL', `to ${quote(target.href)}, which is no http address; tell whoever runs it`);
  }
  if (allowHttp || (isLoopback(from.hostname) && isLoopback(target.hostname))) return target;
  throw refuse('E_TLS', `to plain http at ${target.host}, which is refused; it must redirect to https`);
}

/** The headers to send on: credentials are for the origin they were given for, and for no other. */
export function redirectedHeaders(headers: RequestHeaders, from: URL, to: URL): RequestHeaders {
  if (from.origin === to.origin) return headers;
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'),
  );
}
