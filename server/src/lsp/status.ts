import { isDeepStrictEqual } from 'node:util';
import type { Status } from '../protocol.ts';

/** Tells the client the server's status whenever it has changed, and not otherwise. */
export class StatusReporter {
  readonly #send: (status: Status) => void;
  #last: Status | undefined;

  constructor(send: (status: Status) => void) {
    this.#send = send;
  }

  report(status: Status): void {
    if (isDeepStrictEqual(status, this.#last)) return;
    this.#last = status;
    this.#send(status);
  }
}
