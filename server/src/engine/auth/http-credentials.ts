import type { Host } from '../host.ts';
import { isLoopback } from '../http/loopback.ts';
import { awsHeaders } from './aws-signature.ts';
import type { SignedRequest } from './aws-signature.ts';
import { credentialError } from './credential-error.ts';
import { credentialPlaces } from './credential-places.ts';
import { RktAuth } from './rkt-auth.ts';

/** Credentials for images and signatures at http addresses: rkt's `auth.d` directories, kind `auth`. */
export class HttpCredentials {
  readonly #host: Host;
  readonly #platform: NodeJS.Platform;
  #auth: Promise<RktAuth> | undefined;

  /** @param platform `process.platform` */
  constructor(host: Host, platform: NodeJS.Platform) {
    this.#host = host;
    this.#platform = platform;
  }

  /**
   * The headers that say who asks, for one request: after a redirect they are to be asked for again. None where there are no
   * credentials, and none over plain http, but to this machine.
   * @throws LarderError E_CREDENTIALS when a file in an `auth.d` directory is wrong: it might have been for this host
   */
  async headersFor(request: SignedRequest): Promise<Readonly<Record<string, string>>> {
    const { url } = request;
    const auth = await (this.#auth ??= this.#open());
    const file = await auth.find('auth', (host) => new URL(`${url.protocol}//${host}`).host === url.host);
    if (file === undefined) return {};
    if (url.protocol !== 'https:' && !isLoopback(url.hostname)) {
      this.#host.log.warn(`The credentials for ${url.host} in ${file.path} are not sent over plain http.`);
      return {};
    }
    const { credentials } = file;
    switch (credentials.type) {
      case 'basic': {
        const pair = Buffer.from(`${credentials.user}:${credentials.password}`);
        return { authorization: `Basic ${pair.toString('base64')}` };
      }
      case 'oauth':
        return { authorization: `Bearer ${credentials.token}` };
      case 'aws': {
        const headers = awsHeaders(request, credentials, this.#host.clock.now());
        if (headers !== undefined) return headers;
        throw credentialError(
          `use the credentials in ${file.path}`,
          `the path of the URL on ${url.host} cannot be signed for AWS, since it has a % that encodes nothing`,
          'correct the URL',
        );
      }
    }
  }

  async #open(): Promise<RktAuth> {
    const { rktAuth } = await credentialPlaces(this.#host, this.#platform);
    return new RktAuth(this.#host, rktAuth);
  }
}
