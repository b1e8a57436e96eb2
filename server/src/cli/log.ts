import type { Log } from '../engine/host.ts';

const ignore = (): void => undefined;

/** For reading commands: what they cannot do is in their answer. */
export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Shows what a user may have to act on, and drops what only a maintainer would read. */
export function shownLog(show: (line: string) => void): Log {
  return {
    ...silentLog,
    warn: (message) => show(`warning: ${message}`),
    error: (message) => show(`error: ${message}`),
  };
}
