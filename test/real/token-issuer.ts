/**
 * A token server for docker-registry's `auth.token` (distribution, "Token Authentication Specification" and "Implementation"): its
 * tokens are signed with a key whose certificate the registry trusts.
 */
import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Pair } from './authority.ts';
import { CARLY } from './registry-desk.ts';

const ISSUER = 'larder-tests';
const SERVICE = 'registry of the tests';
/** A token is good for so much longer than it says (distribution 2.8, `registry/auth/token`). Seconds. */
export const LEEWAY = 60;

export interface AskedToken {
  readonly method: string;
  readonly scope: string;
  /** Whether it came as somebody, and as whom. */
  readonly as: 'nobody' | 'carly' | 'a stranger';
}

export class TokenIssuer {
  /** The identity token of carly. */
  readonly identityToken = `identity-${randomUUID()}`;
  readonly requests: AskedToken[] = [];
  /** How many seconds a token is good for, by its own words; the registry gives it {@link LEEWAY} more. */
  life = 300;
  /** What somebody gets who brings no credentials: nothing, or a token that allows nothing. */
  anonymous: 'refused' | 'token' = 'refused';
  readonly #pair: { readonly certificate: X509Certificate; readonly key: string };
  readonly #onToken: (token: string) => void;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  private constructor(pair: { certificate: X509Certificate; key: string }, onToken: (token: string) => void) {
    this.#pair = pair;
    this.#onToken = onToken;
  }

  /** @param onToken told of every token before it is sent */
  static async start({ certificate, key }: Pair, onToken: (token: string) => void): Promise<TokenIssuer> {
    const pair = {
      certificate: new X509Certificate(await readFile(certificate)),
      key: await readFile(key, 'utf8'),
    };
    const issuer = new TokenIssuer(pair, onToken);
    await new Promise<void>((done) => issuer.#server.listen(0, '127.0.0.1', done));
    return issuer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * The section `auth` of a registry.
   * @param host of the token server, as the registry names it
   * @param rootcertbundle path of the certificate that it trusts
   */
  auth(host: string, rootcertbundle: string): object {
    const realm = `http://${host}:${this.port}/token`;
    return { token: { realm, service: SERVICE, issuer: ISSUER, rootcertbundle } };
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => {
      this.#server.close(() => done());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '' } = request;
    const parameters =
      method === 'POST'
        ? new URLSearchParams(await text(request))
        : new URL(request.url ?? '', 'http://server').searchParams;
    const scope = parameters.get('scope') ?? '';
    const as = this.#who(request, parameters);
    this.requests.push({ method, scope, as });
    const refused = as === 'a stranger' || (as === 'nobody' && this.anonymous === 'refused');
    if (refused || parameters.get('service') !== SERVICE) {
      response.writeHead(method === 'POST' ? 400 : 401).end('{"error":"invalid_grant"}');
      return;
    }
    const token = this.#token(as, as === 'nobody' ? '' : scope);
    this.#onToken(token);
    const name = method === 'POST' ? 'access_token' : 'token';
    response.writeHead(200).end(JSON.stringify({ [name]: token, expires_in: 300 }));
  }

  #who(
    { headers: { authorization }, method }: IncomingMessage,
    parameters: URLSearchParams,
  ): AskedToken['as'] {
    if (method === 'POST') {
      return parameters.get('refresh_token') === this.identityToken ? 'carly' : 'a stranger';
    }
    if (authorization === undefined) return 'nobody';
    const login = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
    return login === `${CARLY.username}:${CARLY.password}` ? 'carly' : 'a stranger';
  }

  #token(subject: string, scope: string): string {
    const { certificate, key } = this.#pair;
    const [, type, name, actions] = /^(repository):(.+):(\w+)$/.exec(scope) ?? [];
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ iss: ISSUER, sub: subject, aud: SERVICE, jti: randomUUID() },
      ...{ iat: now, nbf: now - LEEWAY, exp: now + this.life },
      access: type === undefined ? [] : [{ type, name, actions: [actions] }],
    };
    const header = { typ: 'JWT', alg: 'ES256', x5c: [certificate.raw.toString('base64')] };
    const signed = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    // RFC 7518, 3.4: the two numbers side by side.
    const options = { key: createPrivateKey(key), dsaEncoding: 'ieee-p1363' } as const;
    return `${signed}.${sign('sha256', Buffer.from(signed), options).toString('base64url')}`;
  }
}
