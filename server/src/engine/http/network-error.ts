import { LarderError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import { TransientError } from './transient-error.ts';

/** What was asked of whom, for the sentence about its failure. */
export interface Errand {
  readonly url: URL;
  /** As it reads after "Larder could not": `get the manifest of nginx:1.27`. */
  readonly doing: string;
  readonly signal?: AbortSignal | undefined;
  /** What it means when access is denied (401, 403), asked when it is. */
  readonly denied?: (() => Denial) | undefined;
}

/** Why somebody may not have what they asked for. */
export interface Denial {
  readonly code: 'E_AUTH_REQUIRED' | 'E_AUTH_REFUSED' | 'E_AUTH_REALM';
  /** As it reads after "answered 401 Unauthorized; ". */
  readonly why: string;
  readonly next: string;
  /** See LarderError. */
  readonly subject?: string;
}

interface Cause {
  readonly codes: RegExp;
  readonly error: ErrorCode;
  /** As it reads between "registry.example" and the code in brackets. */
  readonly why: string;
  readonly next: string;
  /** Whether asking again at once may help. */
  readonly transient: boolean;
}

/**
 * Codes of Node's `dns`, `net` and `tls` (OpenSSL's X509 verification results), of undici, and `PROXY_` before one of those when it
 * was a proxy that could not be reached. The first that fits counts.
 */
const CAUSES: readonly Cause[] = [
  {
    codes: /^(?:PROXY|UND_ERR_PRX)_/,
    error: 'E_PROXY',
    why: 'could not be reached, because the proxy could not',
    next: 'check the proxy settings',
    transient: false,
  },
  {
    codes: /^ENOTFOUND$/,
    error: 'E_DNS',
    why: 'is a name that could not be found',
    next: 'check its spelling and the network',
    transient: false,
  },
  {
    codes: /^EAI_|^ENODATA$|^ESERVFAIL$/,
    error: 'E_DNS',
    why: 'is a name that could not be looked up',
    next: 'check the network and its DNS server',
    transient: true,
  },
  {
    codes: /^ECONNREFUSED$/,
    error: 'E_OFFLINE',
    why: 'refused the connection',
    next: 'check the port, and that the server is running',
    transient: false,
  },
  {
    codes: /^(?:EHOSTUNREACH|ENETUNREACH|ENETDOWN|EHOSTDOWN|EADDRNOTAVAIL|EACCES)$/,
    error: 'E_OFFLINE',
    why: 'cannot be reached',
    next: 'check the network',
    transient: false,
  },
  {
    codes: /^UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/,
    error: 'E_TIMEOUT',
    why: 'did not answer in time',
    next: 'check the network and try again',
    transient: true,
  },
  {
    codes: /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    error: 'E_TLS',
    why: 'does not speak TLS',
    next: 'check the port; plain http is allowed with larder fetch --insecure-options=http',
    transient: false,
  },
  {
    codes: /^ERR_SSL_.*ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|ACCESS_DENIED)/,
    error: 'E_TLS',
    why: 'lets in only who shows a client certificate that it knows',
    next: 'put one into certs.d, as NAME.cert and NAME.key',
    transient: false,
  },
  {
    codes:
      /^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_|PATH_LENGTH_|HOSTNAME_MISMATCH|EPROTO)/,
    error: 'E_TLS',
    why: 'could not be spoken to over TLS',
    next: "check its certificate; a private authority's goes into certs.d or NODE_EXTRA_CA_CERTS",
    transient: false,
  },
  {
    codes: /^(?:ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/,
    error: 'E_OFFLINE',
    why: 'broke the connection',
    next: 'try again',
    transient: true,
  },
  {
    codes: /^(?:HPE_|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|UND_ERR_HEADERS_OVERFLOW)/,
    error: 'E_PROTOCOL',
    why: 'sent an answer that is not valid HTTP',
    next: 'check that it is the server you meant, and what stands between',
    transient: true,
  },
];

/**
 * What comes of TLS where it is not spoken: something else is, or there is nobody at its port. An alert or a bad certificate is an
 * answer in TLS.
 */
const NO_TLS = /^(?:EPROTO|ERR_SSL_(?!.*ALERT)\w+|ECONNREFUSED|UND_ERR_CONNECT_TIMEOUT)$/;

/** undici has no code of its own for a proxy that refuses to connect (RFC 9110, 9.3.6); the status stands in the message. */
const PROXY_STATUS = /^Proxy response \((\d{3})\)/;

/**
 * Says in a sentence why a request got no answer, or no whole one: which host, and what the system or undici reported.
 * @returns a {@link TransientError} when asking again may help
 */
export function networkError(error: unknown, errand: Errand): LarderError {
  if (error instanceof LarderError) return error;
  const { url, doing, signal } = errand;
  if (signal?.aborted) return cancelledError(doing, signal);
  const proxyStatus = PROXY_STATUS.exec(messageOf(error))?.[1];
  if (proxyStatus !== undefined) {
    const why = `the proxy answered ${proxyStatus} when asked to connect to ${url.host}`;
    return new LarderError('E_PROXY', `Larder could not ${doing}: ${why}; check the proxy settings.`, error);
  }
  const code = codeOf(error);
  const cause = CAUSES.find(({ codes }) => codes.test(code));
  if (cause === undefined) {
    const why = `the request to ${url.host} failed: ${messageOf(error)}`;
    return new LarderError('E_OFFLINE', `Larder could not ${doing}: ${why}; check the network.`, error);
  }
  const sentence = `Larder could not ${doing}: ${url.host} ${cause.why} (${code}); ${cause.next}.`;
  return new (cause.transient ? TransientError : LarderError)(cause.error, sentence, error);
}

/**
 * Whether a request over https failed because the host does not speak TLS there.
 * @param error what {@link networkError} made of it
 */
export function speaksNoTls(error: unknown): boolean {
  return error instanceof LarderError && NO_TLS.test(codeOf(error.cause));
}

export function cancelledError(doing: string, signal: AbortSignal): LarderError {
  return new LarderError('E_CANCELLED', `Larder was told to stop, and did not ${doing}.`, signal.reason);
}

/** The code of an error or, where undici wraps it, of its cause. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // undici gives only some of the errors of its parser a code.
  if (error.name === 'HTTPParserError') return 'HPE_INVALID';
  return codeOf(error.cause);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
