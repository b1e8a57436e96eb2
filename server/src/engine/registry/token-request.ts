import { LarderError } from '../../domain/errors.ts';
import type { Credential } from '../auth/credential.ts';
import { discard, readBody } from '../http/body.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { HttpRequest } from '../http/message.ts';
import { isRecord } from './descriptor.ts';

const TOKEN_LIMIT = 1 << 20;
/** What a token lives when its server does not say (distribution, "Token Authentication Specification"). Milliseconds. */
const SHORTEST_LIFE = 60_000;

/** What a challenge says about the token that it wants. */
export interface TokenWish {
  /** The realm. */
  readonly url: URL;
  readonly service: string | undefined;
  /** Empty: no more than to be known. */
  readonly scope: string;
  /** As it reads after "Larder could not". */
  readonly doing: string;
  /** The server's certificate is not looked at. */
  readonly unverified?: boolean;
}

export interface Token {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Asks a token server for a token (distribution, "Token Authentication Specification"; with an identity token as in "OAuth2 Token
 * Authentication").
 * @param credential undefined: as anybody
 * @param now milliseconds since the epoch
 * @returns `refused` when the server does not take the credential, or wants one
 * @throws LarderError
 */
export async function requestToken(
  http: HttpClient,
  wish: TokenWish,
  credential: Exclude<Credential, { kind: 'registry-token' }> | undefined,
  now: number,
): Promise<Token | 'refused'> {
  const request =
    credential?.kind === 'identity-token' ? exchange(wish, credential.token) : ask(wish, credential);
  // No signal: others may wait for the same token. A redirect could lead to any server, also inside this network.
  const response = await http.send({
    ...request,
    doing: wish.doing,
    unverified: wish.unverified ?? false,
    expect: [200, 400, 401, 403],
    redirects: 'refuse',
  });
  const { status, url, body } = response;
  // RFC 6749, 5.2: an identity token that is no longer good is answered 400 `invalid_grant`.
  if (status === 400 && credential?.kind !== 'identity-token') throw await http.statusError(response, wish);
  if (status !== 200) {
    discard(body);
    return 'refused';
  }
  return parseToken(await readBody(body, TOKEN_LIMIT, { ...wish, url }), wish, now);
}

type Request = Pick<HttpRequest, 'url' | 'method' | 'headers' | 'body'>;

function ask(
  { url, service, scope }: TokenWish,
  credential: Extract<Credential, { kind: 'basic' }> | undefined,
): Request {
  const target = new URL(url);
  if (service !== undefined) target.searchParams.set('service', service);
  if (scope !== '') target.searchParams.set('scope', scope);
  if (credential === undefined) return { url: target, method: 'GET' };
  target.searchParams.set('account', credential.username);
  return { url: target, method: 'GET', headers: { authorization: basicHeader(credential) } };
}

function exchange({ url, service, scope }: TokenWish, refreshToken: string): Request {
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'larder' });
  if (service !== undefined) form.set('service', service);
  if (scope !== '') form.set('scope', scope);
  form.set('refresh_token', refreshToken);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { url, method: 'POST', headers, body: form.toString() };
}

/** RFC 7617. */
export function basicHeader({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function parseToken(body: Buffer, { url: { host }, doing }: TokenWish, now: number): Token {
  const answer = parseJson(body);
  const value = answer['token'] ?? answer['access_token'];
  // Anything else could end the header that it is to stand in.
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    throw new LarderError(
      'E_PROTOCOL',
      `Larder could not ${doing}: ${host} answered without one; try again later.`,
    );
  }
  const seconds = answer['expires_in'];
  const life = typeof seconds === 'number' ? Math.max(seconds * 1000, SHORTEST_LIFE) : SHORTEST_LIFE;
  return { value, expiresAt: now + life };
}

function parseJson(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isRecord(value) ? value : {};
  } catch {
    // No JSON, no token: said by the caller.
    return {};
  }
}
