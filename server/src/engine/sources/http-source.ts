import type { HttpImage } from '../../domain/image.ts';
import type { StoreRecord } from '../../domain/record.ts';
import type { Host } from '../host.ts';
import { cacheDataOf, conditionsOf, renewed } from '../http/caching.ts';
import type { Exchange } from '../http/caching.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { RequestHeaders } from '../http/message.ts';
import type { PartialDownload } from '../store/partial.ts';
import type { Store } from '../store/store.ts';
import type { AciImporter } from './aci-import.ts';
import { SignatureFile, signaturePath, SignatureUrl } from './signature.ts';
import type { SignatureOrigin } from './signature.ts';
import type { EarlySignature } from './signatures.ts';
import type { Answer, Obtained, Source, SourceContext } from './source.ts';
import { UrlDownload } from './url-download.ts';

/** ACIs on HTTP servers, kept as long as the server says (RFC 9111). */
export class HttpSource implements Source<HttpImage> {
  readonly #host: Host;
  readonly #store: Store;
  readonly #http: HttpClient;
  readonly #importer: AciImporter;

  constructor(host: Host, store: Store, http: HttpClient, importer: AciImporter) {
    this.#host = host;
    this.#store = store;
    this.#http = http;
    this.#importer = importer;
  }

  async ask(image: HttpImage, { remote }: StoreRecord, context: SourceContext): Promise<Answer> {
    if (!remote?.http) throw new Error('a plan revalidates what has no caching data');
    // The signature is asked for only when there is a new image: a plan revalidates no copy that should be verified and was not.
    const answer = await this.#download(image, conditionsOf(remote.http), undefined, context);
    if ('obtained' in answer) return { found: 'changed', obtained: answer.obtained };
    const http = renewed(remote.http, answer.notModified);
    // Not modified, but another than the one that was asked about: only the whole can tell what it is.
    if (http === undefined) return { found: 'changed', obtained: await this.get(image, context) };
    await this.#store.recordRemote({ ...remote, checkedAt: answer.notModified.receivedAt, http });
    return { found: 'unchanged' };
  }

  async get(image: HttpImage, context: SourceContext): Promise<Obtained> {
    const origin = this.#signatureOf(image, context);
    const early = await this.#importer.signatures.early(origin, context.signal);
    const answer = await this.#download(image, {}, early, context);
    if ('obtained' in answer) return answer.obtained;
    throw new Error('a request without conditions was answered 304');
  }

  async #download(
    image: HttpImage,
    conditions: RequestHeaders,
    early: EarlySignature,
    context: SourceContext,
  ): Promise<{ obtained: Obtained } | { notModified: Exchange }> {
    const { signal, onProgress } = context;
    const partial = await this.#store.partialDownload(image.url);
    onProgress({ phase: 'download', received: 0, total: null });
    let exchange: Exchange;
    try {
      const onBytes = (received: number, total: number | null): void =>
        onProgress({ phase: 'download', received, total });
      const url = new URL(image.url);
      exchange = await new UrlDownload(this.#host, this.#http, url, partial, { signal, onBytes }).run(
        conditions,
      );
    } catch (error) {
      await partial.close();
      throw error;
    }
    if (exchange.response.status === 304) {
      await partial.close();
      return { notModified: exchange };
    }
    return { obtained: { import: () => this.#import(image, partial, exchange, early, context) } };
  }

  async #import(
    image: HttpImage,
    partial: PartialDownload,
    exchange: Exchange,
    early: EarlySignature,
    context: SourceContext,
  ): Promise<string> {
    const { size } = partial;
    context.onProgress({ phase: 'convert', received: size, total: size });
    try {
      return await this.#importer.import(
        {
          file: partial.path,
          from: image.url,
          signature: { origin: this.#signatureOf(image, context), early },
          remote: { url: image.url, checkedAt: exchange.receivedAt, http: cacheDataOf(exchange) },
        },
        context,
      );
    } finally {
      // Whole, and either in the store now or of no use.
      await partial.reset();
      await partial.close();
    }
  }

  #signatureOf({ url }: HttpImage, { signature }: SourceContext): SignatureOrigin {
    if (signature?.kind === 'file') return new SignatureFile(this.#host, signature.path);
    if (signature !== undefined) return new SignatureUrl(this.#host, this.#http, signature.url);
    const beside = new URL(url);
    beside.pathname = signaturePath(beside.pathname);
    return new SignatureUrl(this.#host, this.#http, beside);
  }
}
