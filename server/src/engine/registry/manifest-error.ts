import { LarderError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/errors.ts';

/** Makes the error of a manifest that cannot be used; `why` begins with what the manifest is or does. */
export type Refuse = (why: string, code?: ErrorCode) => LarderError;

/** @param what the manifest that is being read: `the manifest of nginx:1.27` */
export function refusal(what: string): Refuse {
  return (why, code = 'E_MANIFEST') => new LarderError(code, `Larder cannot use ${what}: ${why}.`);
}
