import { LarderError } from '../../domain/errors.ts';
import { ACI_MAGIC_LENGTH, createInflaters, detectAciCompression } from '../aci/aci-compression.ts';
import type { LayerLimits } from '../aci/layer-scan.ts';
import { TarReader } from '../aci/tar-reader.ts';
import { writeAll } from '../aci/write-all.ts';
import type { Host } from '../host.ts';
import { readExtent, readStart } from './extent.ts';
import type { Extent } from './extent.ts';
import { inflate } from './inflate.ts';
import type { RefuseArchive } from './members.ts';
import { ARCHIVE_LIMITS, TarMembers } from './tar-members.ts';

const PIECE = 64 * 1024;

export interface TarInput {
  readonly host: Pick<Host, 'fs'>;
  readonly path: string;
  /** Where the archive is inflated to when it is compressed. */
  readonly spool: string;
  readonly refuse: RefuseArchive;
  readonly signal: AbortSignal;
}

/**
 * Lists the files of a tar archive: plain, or compressed with gzip, zstd, xz or bzip2. It is not read to its end when it turns out
 * to be an ACI.
 * @throws LarderError E_ARCHIVE, E_TOO_LARGE, E_DECOMPRESS, E_UNSUPPORTED; NodeJS.ErrnoException of a file; the signal's reason
 */
export async function readTar(input: TarInput, limits: LayerLimits = ARCHIVE_LIMITS): Promise<TarMembers> {
  const { host, path, refuse, signal } = input;
  const whole = { path, offset: 0, size: (await host.fs.stat(path)).size };
  const compression = detectAciCompression(await readStart(host, whole, ACI_MAGIC_LENGTH));
  try {
    if (compression === 'none') return await list(input, whole, limits);
    return await listInflated(
      input,
      inflate(readExtent(host, whole, signal), createInflaters(compression), signal),
      whole.size,
      limits,
    );
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof LarderError) {
      const { code, message } = error;
      throw refuse(message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, ''), code);
    }
    if (compression === 'none' || (error instanceof Error && 'syscall' in error)) throw error;
    throw refuse('it cannot be inflated, because it is cut off or broken', 'E_DECOMPRESS');
  }
}

/** Passes over the data between the headers. */
async function list(
  { host, signal }: TarInput,
  { path, size }: Extent,
  limits: LayerLimits,
): Promise<TarMembers> {
  if (size > limits.size) throw tooLarge(`it has more than ${limits.size} bytes`);
  const members = new TarMembers(limits);
  const reader = new TarReader((entry) => members.add(entry));
  await using file = await host.fs.open(path);
  const piece = Buffer.alloc(PIECE);
  for (let at = 0; !members.isAci;) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(piece, 0, PIECE, at);
    if (bytesRead === 0) {
      reader.end();
      break;
    }
    reader.push(piece.subarray(0, bytesRead));
    at += bytesRead + reader.skipData();
  }
  if (!members.isAci) members.end(path, size);
  return members;
}

async function listInflated(
  { host, spool }: TarInput,
  pieces: AsyncIterable<Buffer>,
  compressedSize: number,
  limits: LayerLimits,
): Promise<TarMembers> {
  const { size: limit, ratio, freeSize } = limits;
  const members = new TarMembers(limits);
  const reader = new TarReader((entry) => members.add(entry));
  await using file = await host.fs.open(spool, 'w', 0o600);
  let size = 0;
  for await (const piece of pieces) {
    if (size + piece.length > limit) throw tooLarge(`it inflates to more than ${limit} bytes`);
    if (size + piece.length > freeSize && size + piece.length > ratio * compressedSize)
      throw tooLarge(`it inflates to more than ${ratio} times its size`);
    await writeAll(file, piece, size);
    size += piece.length;
    reader.push(piece);
    if (members.isAci) return members;
  }
  reader.end();
  members.end(spool, size);
  return members;
}

function tooLarge(why: string): LarderError {
  return new LarderError('E_TOO_LARGE', `The archive was refused because ${why}.`);
}
