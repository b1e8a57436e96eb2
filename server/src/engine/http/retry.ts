import type { Host } from '../host.ts';
import { cancelledError } from './network-error.ts';
import { TransientError } from './transient-error.ts';

/** How often a request is sent in all before its failure counts. */
export const ATTEMPTS = 5;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/** Nobody waits longer than this for a server that asks to be left alone; who asked is told when to try again. */
export const PATIENCE = 60_000;

type Waiter = Pick<Host, 'clock' | 'random' | 'log'>;

/** @throws whatever `body` throws last: at once unless it is a {@link TransientError}, else after {@link ATTEMPTS} */
export async function withRetries<T>(
  host: Waiter,
  signal: AbortSignal | undefined,
  body: () => Promise<T>,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await body();
    } catch (error) {
      if (!(error instanceof TransientError) || failures >= ATTEMPTS) throw error;
      await pauseAfter(host, error, failures, signal);
    }
  }
}

/**
 * Waits before the next attempt: as long as the server asks, else exponentially longer with every failure, with jitter so
 * that many clients do not come back together.
 * @param failures how many attempts have failed in a row, from 1
 * @throws the error itself when the server asks for more than a minute; LarderError E_CANCELLED
 */
export async function pauseAfter(
  host: Waiter,
  error: TransientError,
  failures: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (error.retryAfter !== null && error.retryAfter > PATIENCE) throw error;
  const backoff = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1)) * (0.5 + host.random() / 2);
  const pause = Math.round(error.retryAfter ?? backoff);
  host.log.info(`${error.message} The next attempt is in ${pause} ms.`);
  try {
    await host.clock.sleep(pause, signal);
  } catch (reason) {
    throw signal?.aborted ? cancelledError('try again', signal) : reason;
  }
}
