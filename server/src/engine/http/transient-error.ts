import { LarderError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/errors.ts';

/** A failure that may be over in a moment, so that asking again is worth it. */
export class TransientError extends LarderError {
  /** How long the server wants to be left alone, in milliseconds; null when it does not say. */
  readonly retryAfter: number | null;

  constructor(code: ErrorCode, message: string, cause?: unknown, retryAfter: number | null = null) {
    super(code, message, cause);
    this.retryAfter = retryAfter;
  }
}
