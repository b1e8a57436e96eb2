import type { Hash } from 'node:crypto';
import { LarderError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import { abandon, receiveBody } from '../http/body.ts';
import { continuesAt, strongValidator } from '../http/content-range.ts';
import { GatheringWriter } from '../http/gathering-writer.ts';
import { headerOf } from '../http/message.ts';
import type { HttpResponse, RequestHeaders } from '../http/message.ts';
import { cancelledError, networkError } from '../http/network-error.ts';
import { Perseverance } from '../http/perseverance.ts';
import { TransientError } from '../http/transient-error.ts';
import type { PartialBlob } from '../store/partial.ts';
import type { Descriptor } from './descriptor.ts';
import { hashFor } from './digest.ts';

/** After these failures the bytes so far are of no use to anybody. */
const WORTHLESS: readonly ErrorCode[] = ['E_DIGEST', 'E_SIZE'];

/** Read at once from an earlier run's file. */
const READ_SIZE = 1 << 20;

export interface BlobSource {
  /**
   * Asks once for the blob or its rest.
   * @returns an answer of status 200, 206 or 416
   */
  open(headers: RequestHeaders): Promise<HttpResponse>;
  /** As it reads after "Larder could not". */
  readonly doing: string;
  /** How many failures without progress end the download. */
  readonly attempts: number;
}

export interface DownloadWatch {
  readonly signal: AbortSignal;
  /** Told how many bytes of the blob are there. */
  readonly onBytes: (received: number) => void;
}

/**
 * Downloads one blob into a partial, going on where it was left, and hashes it on the way.
 *
 * What is there is continued even when there is no strong validator to send along: a blob is named by its digest, so its bytes
 * cannot have changed, and if the two parts do not fit together after all, the digest of the whole shows it.
 */
export class BlobDownload {
  readonly #host: Host;
  readonly #source: BlobSource;
  readonly #blob: Descriptor;
  readonly #partial: PartialBlob;
  readonly #watch: DownloadWatch;
  #hash: Hash;
  /** Bytes that are hashed, and written or about to be. */
  #received = 0;
  /** Whether the bytes came with more than one answer. */
  #pieced = false;
  /** Off once the server has answered a range with something else. */
  #ranges = true;

  constructor(host: Host, source: BlobSource, blob: Descriptor, partial: PartialBlob, watch: DownloadWatch) {
    this.#host = host;
    this.#source = source;
    this.#blob = blob;
    this.#partial = partial;
    this.#watch = watch;
    this.#hash = hashFor(blob.digest);
  }

  /**
   * Ends with the blob committed.
   * @throws LarderError; E_DIGEST and E_SIZE leave nothing, anything else leaves what has come for the next time
   */
  async run(): Promise<void> {
    try {
      await this.#resume();
      await this.#receiveAll();
      if (!this.#isRight() && this.#pieced) {
        // The parts may be of different wholes, each of them right: begin once more, and take nothing but the whole.
        this.#ranges = false;
        await this.#restart();
        await this.#receiveAll();
      }
      if (!this.#isRight()) throw this.#error('E_DIGEST', 'the bytes that came are not those of its digest');
    } catch (error) {
      if (error instanceof LarderError && WORTHLESS.includes(error.code)) await this.#partial.reset();
      throw error;
    }
    await this.#partial.commit();
  }

  /** Hashes what an earlier run has left. */
  async #resume(): Promise<void> {
    const { path, size } = this.#partial;
    if (size > this.#blob.size) return this.#restart();
    if (size === 0) return;
    const file = await this.#host.fs.open(path, 'r');
    for await (const chunk of file.createReadStream({ end: size - 1, highWaterMark: READ_SIZE })) {
      if (this.#watch.signal.aborted) throw cancelledError(this.#source.doing, this.#watch.signal);
      this.#hash.update(chunk as Buffer);
    }
    this.#received = size;
    this.#pieced = true;
    this.#watch.onBytes(size);
  }

  #restart(): Promise<void> {
    this.#hash = hashFor(this.#blob.digest);
    this.#received = 0;
    this.#pieced = false;
    return this.#partial.reset();
  }

  #isRight(): boolean {
    return this.#blob.digest.endsWith(`:${this.#hash.copy().digest('hex')}`);
  }

  async #receiveAll(): Promise<void> {
    const perseverance = new Perseverance(this.#host, this.#received, this.#source.attempts);
    while (this.#received < this.#blob.size) {
      try {
        await this.#ask();
      } catch (error) {
        await perseverance.afterFailure(error, this.#received, this.#watch.signal);
      }
    }
  }

  /** One request, and as much of its answer as comes. */
  async #ask(): Promise<void> {
    if (!this.#ranges && this.#received > 0) await this.#restart();
    const from = this.#received;
    const response = await this.#source.open(this.#headers(from));
    // Nothing is waited for between an answer and its body: see receiveBody.
    if (response.status === 200) return this.#receive(response, this.#begin(response));
    const contentRange = headerOf(response, 'content-range');
    if (response.status === 206 && from > 0 && continuesAt(contentRange, from, this.#blob.size)) {
      this.#pieced = true;
      return this.#receive(response, Promise.resolve());
    }
    abandon(response.body);
    if (from === 0) {
      throw this.#error(
        'E_RANGE',
        `${response.url.host} answered ${response.status} where no range was asked for`,
      );
    }
    this.#ranges = false;
  }

  #headers(from: number): RequestHeaders {
    if (from === 0) return {};
    const range = `bytes=${from}-`;
    const { validator } = this.#partial;
    return validator === null ? { range } : { range, 'if-range': validator };
  }

  /** Makes room for the whole: the range may have been ignored, or what `If-Range` named is no more. */
  async #begin(response: HttpResponse): Promise<void> {
    if (this.#received > 0) await this.#restart();
    await this.#partial.setValidator(strongValidator(headerOf(response, 'etag')));
  }

  /** @param ready when the partial is where the body begins */
  async #receive(response: HttpResponse, ready: Promise<void>): Promise<void> {
    const { url, body } = response;
    const writer = new GatheringWriter((bytes) => this.#partial.append(bytes), ready);
    try {
      this.#checkLength(response);
      await receiveBody(body, (piece) => {
        if (this.#received + piece.length > this.#blob.size) throw this.#wrongSize(response, 'more');
        this.#hash.update(piece);
        this.#received += piece.length;
        this.#watch.onBytes(this.#received);
        return writer.write(piece);
      });
    } catch (error) {
      throw networkError(error, { url, doing: this.#source.doing, signal: this.#watch.signal });
    } finally {
      await writer.flush();
    }
    if (this.#received < this.#blob.size) {
      const why = `${url.host} ended after ${this.#received} of ${this.#blob.size} bytes`;
      throw new TransientError('E_PROTOCOL', this.#sentence(why));
    }
  }

  #checkLength(response: HttpResponse): void {
    const length = headerOf(response, 'content-length');
    if (length === undefined || Number(length) === this.#blob.size - this.#received) return;
    abandon(response.body);
    throw this.#wrongSize(response, `${length} bytes`);
  }

  #wrongSize({ url }: HttpResponse, sent: string): LarderError {
    return this.#error(
      'E_SIZE',
      `its manifest gives it ${this.#blob.size} bytes, and ${url.host} sends ${sent}`,
    );
  }

  #error(code: ErrorCode, why: string): LarderError {
    return new LarderError(code, this.#sentence(why));
  }

  #sentence(why: string): string {
    return `Larder could not ${this.#source.doing}: ${why}; try again, and if it stays so, tell whoever runs the registry.`;
  }
}
