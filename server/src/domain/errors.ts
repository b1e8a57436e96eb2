/**
 * Every failure a user can meet has a stable code. The code is part of the interface (exit messages, JSON, diagnostics,
 * docs/errors.md); the sentence is not.
 */
export const ERROR_CODES = [
  'E_USAGE',
  'E_REF',
  'E_NOT_IN_STORE',
  'E_AMBIGUOUS',
  'E_NOT_FOUND',
  'E_AUTH_REQUIRED',
  'E_AUTH_REFUSED',
  'E_AUTH_REALM',
  'E_CREDENTIALS',
  'E_CONFIG',
  'E_BLOCKED',
  'E_POLICY',
  'E_RATE_LIMIT',
  'E_OFFLINE',
  'E_DNS',
  'E_TIMEOUT',
  'E_TLS',
  'E_PROXY',
  'E_HTTP',
  'E_PROTOCOL',
  'E_SCHEMA1',
  'E_PLATFORM',
  'E_UNSUPPORTED',
  'E_TOO_LARGE',
  'E_DIGEST',
  'E_SIZE',
  'E_RANGE',
  'E_DECOMPRESS',
  'E_ARCHIVE',
  'E_MANIFEST',
  'E_POD',
  'E_DISCOVERY',
  'E_SIGNATURE_MISSING',
  'E_SIGNATURE_BAD',
  'E_SIGNATURE_UNTRUSTED',
  'E_SIGNATURE_EXPIRED',
  'E_SIGNATURE_KEY_EXPIRED',
  'E_SIGNATURE_REVOKED',
  'E_SIGNATURE_WEAK',
  'E_SIGNATURE_UNSUPPORTED',
  'E_KEY',
  'E_IN_USE',
  'E_STORE_LOCKED',
  'E_STORE_CORRUPT',
  'E_STORE_IO',
  'E_NO_SPACE',
  'E_FILE',
  'E_CANCELLED',
  'E_INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** A failure a user can read: `message` is one sentence that says what failed, on what, why, and what to do next. */
export class LarderError extends Error {
  override readonly name = 'LarderError';
  readonly code: ErrorCode;
  /**
   * What has to be done about: of E_SIGNATURE_UNTRUSTED the image name that the key would have to be trusted for, of
   * E_AUTH_REQUIRED and E_AUTH_REFUSED the registry that wants credentials.
   */
  readonly subject: string | undefined;

  /**
   * @param code stable code, see {@link ERROR_CODES}
   * @param message one sentence for the user; no stack, no secrets
   * @param cause the technical cause, for the log only
   * @param subject see {@link subject}
   */
  constructor(code: ErrorCode, message: string, cause?: unknown, subject?: string) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.subject = subject;
  }
}

/**
 * Turns anything thrown into a {@link LarderError}, so that no stack trace ever reaches a user.
 * @param error what was thrown
 * @param doing what was being done, as it reads after "while": "reading the index"
 */
export function toLarderError(error: unknown, doing: string): LarderError {
  if (error instanceof LarderError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new LarderError('E_INTERNAL', `Larder failed unexpectedly while ${doing}: ${reason}.`, error);
}
