import type { FileHandle } from 'node:fs/promises';

/** Writes all of `bytes` at `position`, however few the system takes at once. */
export async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/**
 * Starts a write that is awaited later: what fails until then is reported by that await, and must not count as an
 * unhandled rejection before.
 */
export function startWriting(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  const writing = writeAll(file, bytes, position);
  writing.catch(() => undefined);
  return writing;
}
