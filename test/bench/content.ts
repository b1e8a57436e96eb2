/** Bytes that compress like the files of an image, the same at every call. */
import { createCipheriv, createHash } from 'node:crypto';

/** A quarter of the bytes are as they are in compressed files; the rest is text. */
const NOISE = 0.25;
const BLOCK = 64 << 10;

/** @param seed decides over all bytes */
export function imageContent(seed: string, size: number): Buffer {
  const random = randomBytes(seed, size);
  const words = Array.from({ length: 256 }, (_, index) => `${WORDS[index % WORDS.length] ?? ''}${index} `);
  for (let block = 0; block < size; block += BLOCK) {
    const end = Math.min(block + BLOCK, size);
    let at = block + Math.ceil((end - block) * NOISE);
    while (at < end) at += random.write(words[random[at] ?? 0] ?? '', at, end - at, 'latin1') || end - at;
  }
  return random;
}

const WORDS = 'return const usr share lib import error value string the of and GNU License copyright'.split(
  ' ',
);

/** The key stream of AES-CTR: fast, and nothing compresses it. */
function randomBytes(seed: string, size: number): Buffer {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}
