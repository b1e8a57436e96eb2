import { LarderError } from '../../domain/errors.ts';

const FULL: readonly string[] = ['ENOSPC', 'EDQUOT'];
const DENIED: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
};
const IN_THE_WAY: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a file has this name',
};

/** The system's code of a failed call (`ENOENT`, …); undefined for anything that is no such failure. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Runs a file operation of the store; what the system refuses becomes a sentence with the path and the way out.
 * @param doing a verb: "write", "read"
 * @throws LarderError E_NO_SPACE or E_STORE_IO; what is no failure of the system is thrown as it is
 */
export async function storeIo<T>(doing: string, path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw storeError(error, doing, path);
  }
}

function storeError(error: unknown, doing: string, path: string): unknown {
  const code = errnoOf(error);
  if (error instanceof LarderError || code === undefined) return error;
  const failed = `Larder could not ${doing} ${path}`;
  if (FULL.includes(code)) {
    return new LarderError(
      'E_NO_SPACE',
      `${failed}: the disk is full (${code}); free some space, for example with larder image rm, and try again.`,
      error,
    );
  }
  const denied = DENIED[code];
  if (denied !== undefined) {
    return new LarderError(
      'E_STORE_IO',
      `${failed}: ${denied} (${code}); make it accessible to your user, or choose another store with --dir or the setting larder.store.path.`,
      error,
    );
  }
  const inTheWay = IN_THE_WAY[code];
  if (inTheWay !== undefined) {
    return new LarderError(
      'E_STORE_IO',
      `${failed}: ${inTheWay} (${code}); choose another store with --dir or the setting larder.store.path.`,
      error,
    );
  }
  return new LarderError(
    'E_STORE_IO',
    `${failed}: the system answered ${code}; check the disk and the path, and try again.`,
    error,
  );
}
