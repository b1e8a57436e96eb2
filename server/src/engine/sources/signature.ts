import { LarderError } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import { discard, readBody } from '../http/body.ts';
import type { HttpClient } from '../http/http-client.ts';
import { withRetries } from '../http/retry.ts';
import { errnoOf } from '../store/store-error.ts';

/** Real ones have a few hundred bytes for each key. */
const LIMIT = 1 << 20;

/** A detached signature, wherever it is. */
export interface SignatureOrigin {
  /** @returns `later` when the server has not made it yet (202) */
  read(signal: AbortSignal): Promise<Uint8Array | 'later'>;
}

/** The place beside an ACI where its signature is (appc/spec, discovery.md): `app.aci` → `app.aci.asc`. */
export function signaturePath(aciPath: string): string {
  return `${aciPath.replace(/\.aci$/, '')}.aci.asc`;
}

/** A signature beside an image on a server. */
export class SignatureUrl implements SignatureOrigin {
  readonly #host: Host;
  readonly #http: HttpClient;
  readonly #url: URL;

  constructor(host: Host, http: HttpClient, url: URL) {
    this.#host = host;
    this.#http = http;
    this.#url = url;
  }

  async read(signal: AbortSignal): Promise<Uint8Array | 'later'> {
    const errand = { url: this.#url, doing: `get the signature ${this.#url.href}`, signal };
    try {
      return await withRetries(this.#host, signal, async () => {
        const request = { ...errand, method: 'GET', expect: [200, 202], redirects: 'follow' } as const;
        const response = await this.#http.send(request);
        if (response.status === 200) return await readBody(response.body, LIMIT, errand);
        discard(response.body);
        return 'later';
      });
    } catch (error) {
      if (!(error instanceof LarderError) || error.code !== 'E_NOT_FOUND') throw error;
      throw missing(this.#url.href, error);
    }
  }
}

/** A signature in a file. */
export class SignatureFile implements SignatureOrigin {
  readonly #host: Host;
  readonly #path: string;

  constructor(host: Host, path: string) {
    this.#host = host;
    this.#path = path;
  }

  async read(): Promise<Uint8Array> {
    try {
      const { size } = await this.#host.fs.stat(this.#path);
      if (size <= LIMIT) return await this.#host.fs.readFile(this.#path);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') throw missing(this.#path, error);
      const why = error instanceof Error ? error.message : String(error);
      throw new LarderError('E_FILE', `The signature ${this.#path} cannot be read: ${why}.`, error);
    }
    throw new LarderError('E_TOO_LARGE', `The signature ${this.#path} has more than ${LIMIT} bytes.`);
  }
}

function missing(where: string, cause: unknown): LarderError {
  return new LarderError(
    'E_SIGNATURE_MISSING',
    `The image has no signature: there is no ${where}; name it with --signature, or accept the image unsigned with --insecure-options=image.`,
    cause,
  );
}
