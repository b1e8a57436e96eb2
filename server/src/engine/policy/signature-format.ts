import { LarderError } from '../../domain/errors.ts';
import { printable } from '../../domain/quote.ts';
import type { LookasideFile } from './lookaside.ts';

/** OpenPGP packets that a signed message begins with (RFC 9580, 10.3): a signature, a one-pass signature, compressed data. */
const FIRST_PACKETS: readonly number[] = [2, 4, 8];

/**
 * The "simple signing" signature in a file of a lookaside. Such a file is bare OpenPGP, or begins with a NUL, the name of its format
 * and a line feed.
 * @returns undefined for a sigstore signature, which is none
 * @throws LarderError E_SIGNATURE_BAD for what is neither: containers/image takes no other signature in its place
 */
export function simpleSignatureIn({ name, bytes }: LookasideFile): Uint8Array | undefined {
  if (FIRST_PACKETS.includes(packetOf(bytes[0] ?? 0))) return bytes;
  const [, format] = /^\0([\x20-\x7e]*)\n/.exec(bytes.subarray(0, 64).toString('latin1')) ?? [];
  if (format === 'simple-signing') return bytes.subarray(format.length + 2);
  if (format === 'sigstore-json') return undefined;
  throw new LarderError(
    'E_SIGNATURE_BAD',
    `${printable(name)} is no signature of a known format, so that no signature beside it counts; remove it or put a signature there.`,
  );
}

/** The type of a packet by its first byte (RFC 9580, 4.2); 0 for what is none. */
function packetOf(byte: number): number {
  if (byte < 0x80) return 0;
  return byte >= 0xc0 ? byte & 0x3f : (byte >> 2) & 0x0f;
}
