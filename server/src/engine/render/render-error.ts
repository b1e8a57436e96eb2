import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import type { ByteString } from '../aci/tar-entry.ts';
import { readable } from '../aci/tar-entry.ts';
import { errnoOf } from '../store/store-error.ts';

/**
 * The error for a path that the file system of the tree cannot have.
 * @param path in the tree
 * @param why as it reads after "because"
 */
export function unfitPath(path: ByteString, why: string, cause?: unknown): LarderError {
  return new LarderError(
    'E_UNSUPPORTED',
    `The image cannot be rendered here because of its path ${quote(readable(path))}: ${why}; ` +
      'render it on another file system.',
    cause,
  );
}

/**
 * What the system says when it cannot make a path, in words where the path is the reason. A tree is made in a new directory
 * and none of its names twice: one that exists already is another name to the image, and the same to the file system.
 */
export function makingError(error: unknown, path: ByteString): unknown {
  switch (errnoOf(error)) {
    case 'EEXIST':
      return unfitPath(path, 'this file system takes its name for another one in the same directory', error);
    case 'ENAMETOOLONG':
      return unfitPath(path, 'it is longer than this file system allows', error);
    case 'EILSEQ':
      return unfitPath(path, 'this file system does not allow its characters', error);
    default:
      return error;
  }
}
