import type { Host } from './host.ts';

/**
 * Reads a file that may be a pipe, and no more of it than allowed.
 * @param limit bytes
 * @returns undefined when there is more
 * @throws NodeJS.ErrnoException
 */
export async function readBounded(
  { fs }: Pick<Host, 'fs'>,
  path: string,
  limit: number,
): Promise<Buffer | undefined> {
  await using file = await fs.open(path);
  const bytes = Buffer.alloc(limit + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length <= limit; length += read) {
    read = (await file.read(bytes, length, bytes.length - length)).bytesRead;
  }
  // A copy: most files are small, and whoever keeps one should not keep the rest.
  return length > limit ? undefined : Buffer.from(bytes.subarray(0, length));
}
