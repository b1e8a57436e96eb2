import { LarderError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import type { Host } from '../host.ts';
import { digestOf } from '../registry/digest.ts';
import type { Descriptor } from '../registry/descriptor.ts';
import { readExtent } from './extent.ts';
import type { Extent } from './extent.ts';
import { blobName } from './oci-export.ts';

/** Makes the error of an archive that is not imported; `why` as it reads after a colon. */
export type RefuseArchive = (why: string, code?: ErrorCode) => LarderError;

export function refusalOf(path: string): RefuseArchive {
  return (why, code = 'E_ARCHIVE') => new LarderError(code, `${path} was not imported: ${why}.`);
}

/** The files of an archive or a directory that somebody made, by their names: nothing of them is trusted. */
export interface Members {
  /** Undefined when there is none of that name, or it is no file. */
  find(name: string): Promise<Extent | undefined>;
}

/** Reads what is small in an archive, and finds what is not. */
export class MemberReader {
  readonly #host: Pick<Host, 'fs'>;
  readonly #members: Members;
  readonly #signal: AbortSignal;
  readonly refuse: RefuseArchive;

  constructor(host: Pick<Host, 'fs'>, members: Members, refuse: RefuseArchive, signal: AbortSignal) {
    this.#host = host;
    this.#members = members;
    this.refuse = refuse;
    this.#signal = signal;
  }

  /** @throws LarderError E_ARCHIVE when it is not there */
  async locate(name: string): Promise<Extent> {
    const extent = await this.#members.find(name);
    if (extent !== undefined) return extent;
    throw this.refuse(`it has no file ${quote(name)}, so a part of it is missing`);
  }

  /**
   * @param limit the most bytes that are read
   * @throws LarderError E_ARCHIVE, E_TOO_LARGE
   */
  async read(name: string, limit: number): Promise<Buffer> {
    const extent = await this.locate(name);
    if (extent.size > limit) {
      const why = `its ${quote(name)} has ${extent.size} bytes, and at most ${limit} are read`;
      throw this.refuse(why, 'E_TOO_LARGE');
    }
    const pieces: Buffer[] = [];
    for await (const piece of readExtent(this.#host, extent, this.#signal)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /**
   * Reads a small blob of a layout.
   * @throws LarderError E_ARCHIVE, E_TOO_LARGE, E_SIZE, E_DIGEST
   */
  async readBlob({ digest, size }: Descriptor, limit: number): Promise<Buffer> {
    const bytes = await this.read(blobName({ digest }), limit);
    if (bytes.length !== size) {
      throw this.refuse(`its blob ${digest} has ${bytes.length} bytes where ${size} are announced`, 'E_SIZE');
    }
    const found = digestOf(bytes, digest);
    if (found !== digest) throw this.refuse(`its blob ${digest} has the digest ${found}`, 'E_DIGEST');
    return bytes;
  }
}
