import { STATUS_CODES } from 'node:http';
import { LarderError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import { discard, readBody } from './body.ts';
import { errorDetail } from './error-detail.ts';
import { headerOf } from './message.ts';
import type { HttpResponse } from './message.ts';
import type { Denial, Errand } from './network-error.ts';
import { parseRetryAfter } from './retry-after.ts';
import { TransientError } from './transient-error.ts';

const ERROR_BODY_LIMIT = 1 << 20;

/** Statuses after which the same request may succeed: RFC 9110, 15.5.9 and 15.6; RFC 6585, 4. */
export const TRANSIENT: readonly number[] = [408, 429, 500, 502, 503, 504];

/**
 * Makes an error of an answer that was not hoped for, with what its body says.
 * @param now milliseconds since the epoch, for Retry-After
 * @returns a {@link TransientError} when asking again may help
 */
export async function statusError(response: HttpResponse, errand: Errand, now: number): Promise<LarderError> {
  const { status, url } = response;
  const detail = await bodyDetail(response, errand);
  const retryAfter = parseRetryAfter(headerOf(response, 'retry-after'), now);
  const words = STATUS_CODES[status] === undefined ? '' : ` ${STATUS_CODES[status]}`;
  const answer = `${url.host} answered ${status}${words}${detail === undefined ? '' : ` (${detail})`}`;
  if (status === 401 || status === 403) {
    const { code, why, next, subject } = errand.denied?.() ?? DENIED;
    const sentence = `Larder could not ${errand.doing}: ${answer}; ${why}; ${next}.`;
    return new LarderError(code, sentence, undefined, subject);
  }
  const { code, next } = meaning(status, retryAfter, now);
  const sentence = `Larder could not ${errand.doing}: ${answer}; ${next}.`;
  return TRANSIENT.includes(status)
    ? new TransientError(code, sentence, undefined, retryAfter)
    : new LarderError(code, sentence);
}

/** Where nothing more is known: a web server. */
const DENIED: Denial = {
  code: 'E_AUTH_REQUIRED',
  why: 'it does not exist, or needs credentials',
  next: "credentials for web servers go into rkt's auth.d",
};

function meaning(status: number, retryAfter: number | null, now: number): { code: ErrorCode; next: string } {
  const later =
    retryAfter === null ? 'try again later' : `try again after ${new Date(now + retryAfter).toISOString()}`;
  switch (status) {
    case 404:
    case 410:
      return { code: 'E_NOT_FOUND', next: 'check that it exists and is spelled like this' };
    case 429:
      return { code: 'E_RATE_LIMIT', next: later };
    default:
      return { code: 'E_HTTP', next: later };
  }
}

async function bodyDetail({ body, status }: HttpResponse, errand: Errand): Promise<string | undefined> {
  if (status < 400) {
    discard(body);
    return undefined;
  }
  try {
    return errorDetail(await readBody(body, ERROR_BODY_LIMIT, errand));
  } catch {
    // The status says what went wrong; a body that is too long or breaks off would only have said more.
    return undefined;
  }
}
