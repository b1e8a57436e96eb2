import { LarderError } from '../../domain/errors.ts';

/**
 * @param what as it reads after "Larder could not"
 * @param why without a secret: no value of a file, and no message of a parser, which may quote one
 * @param next what to do
 */
export function credentialError(what: string, why: string, next: string): LarderError {
  return new LarderError('E_CREDENTIALS', `Larder could not ${what}: ${why}; ${next}.`);
}
