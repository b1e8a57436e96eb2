import { cancelledError } from './network-error.ts';

/** The moment at which somebody no longer wants to wait. */
export interface Abort {
  /** Rejects when the signal aborts; never resolves. */
  readonly promise: Promise<never>;
  /** Forgets the signal, which may live much longer than the wait. */
  dispose(): void;
}

/**
 * For a race against work that cannot be cut short.
 * @param doing what is given up, as it reads after "did not"
 */
export function whenAborted(signal: AbortSignal, doing: string): Abort {
  const { promise, reject } = Promise.withResolvers<never>();
  // The race may be over already; the rejection then concerns nobody.
  promise.catch(() => undefined);
  const leave = (): void => reject(cancelledError(doing, signal));
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  return { promise, dispose: () => signal.removeEventListener('abort', leave) };
}
