import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import type { ByteString } from './tar-entry.ts';
import { readable } from './tar-entry.ts';

/**
 * The error for bytes that are no sound tar archive.
 * @param why what is wrong, as it reads after "because"
 */
export function badArchive(why: string): LarderError {
  return new LarderError(
    'E_ARCHIVE',
    `The archive was refused because ${why}; ask its publisher for another build.`,
  );
}

/**
 * The error for one member of an archive.
 * @param name the member's name
 * @param why what is wrong, as it reads after the name
 */
export function badEntry(name: ByteString, why: string): LarderError {
  return badArchive(`its entry ${quote(readable(name))} ${why}`);
}
