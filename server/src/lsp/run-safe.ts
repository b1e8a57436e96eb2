import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { CancellationToken } from 'vscode-languageserver';
import type { Log } from '../engine/host.ts';

/**
 * Makes a request handler that never fails: an error is logged and answered with the fallback, so that one bad document or
 * one bug costs one answer. A request that was cancelled is not worked on, and is answered as such.
 * @param name what the handler does, for the log
 */
export function runSafe<P, R>(
  name: string,
  fallback: R,
  log: Log,
  handler: (params: P, token: CancellationToken) => R | Promise<R>,
): (params: P, token: CancellationToken) => Promise<R | ResponseError<never>> {
  return async (params, token) => {
    if (token.isCancellationRequested) return cancelled(name);
    try {
      return await handler(params, token);
    } catch (error) {
      log.error(`${name} failed: ${describe(error)}`);
      return fallback;
    }
  };
}

/** Does something that nobody waits for, so that nobody else would log its error. */
export function attempt(name: string, log: Log, body: () => void): void {
  try {
    body();
  } catch (error) {
    log.error(`${name} failed: ${describe(error)}`);
  }
}

/** What a maintainer wants to know of something thrown. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${describe(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

function cancelled(name: string): ResponseError<never> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, `${name} was cancelled`);
}
