import type { Connection } from 'vscode-languageserver';
import type { Log } from '../engine/host.ts';

/** Writes to the client's log: `window/logMessage`. */
export function connectionLog({ console }: Pick<Connection, 'console'>): Log {
  return {
    debug: (message) => console.debug(message),
    info: (message) => console.info(message),
    warn: (message) => console.warn(message),
    error: (message) => console.error(message),
  };
}
