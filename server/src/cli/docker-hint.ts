import { LarderError } from '../domain/errors.ts';
import type { ErrorCode } from '../domain/errors.ts';
import { dockerSpelling } from '../domain/image-argument.ts';
import type { Image } from '../domain/image.ts';

/** What comes of an appc name that means nothing. */
const LED_NOWHERE: readonly ErrorCode[] = [
  'E_DISCOVERY',
  'E_DNS',
  'E_NOT_FOUND',
  'E_NOT_IN_STORE',
  'E_OFFLINE',
  'E_UNSUPPORTED',
];

/** How an appc name would be written that was meant for a registry; undefined when it cannot have been. */
export function dockerHint(argument: string, { kind }: Image): string | undefined {
  const reference = kind === 'name' ? dockerSpelling(argument) : undefined;
  return reference && `an image of a registry is written docker://${reference}`;
}

/** The failure of an image, with how it would be written for a registry where an appc name led nowhere. */
export function withDockerHint(error: LarderError, argument: string, image: Image): LarderError {
  const hint = LED_NOWHERE.includes(error.code) ? dockerHint(argument, image) : undefined;
  if (hint === undefined) return error;
  return new LarderError(error.code, `${error.message.replace(/\.$/, '')}; ${hint}.`, error.cause);
}
