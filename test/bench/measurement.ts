/** What a case measures, and the bar it is held to. */
import type { Bench } from './context.ts';

export type Unit = 'µs' | 'ms' | 's' | 'MB' | 'requests';

export interface Measurement {
  readonly what: string;
  readonly unit: Unit;
  readonly ours: number;
  /** The same work done by somebody else in the same run. */
  readonly peer?: { readonly name: string; readonly value: number };
  /** Absent: stated only. */
  readonly bar?: Bar;
}

/** Upper bounds; all that are given must hold. */
export interface Bar {
  /** Of ours over the peer's. */
  readonly ratio?: number;
  /** Of ours, in the measurement's unit. */
  readonly most?: number;
}

/** Some rows of the table, measured together. */
export interface Case {
  /** For `npm run bench -- NAME`. */
  readonly name: string;
  readonly run: (bench: Bench) => Promise<readonly Measurement[]>;
}

/** Ours over the peer's; undefined without a peer. */
export function ratioOf({ ours, peer }: Measurement): number | undefined {
  return peer && ours / peer.value;
}

/** Whether the bar is met; undefined when there is none. */
export function isMet(measurement: Measurement): boolean | undefined {
  const { ours, bar } = measurement;
  if (bar === undefined) return undefined;
  const ratio = ratioOf(measurement);
  if (bar.ratio !== undefined && ratio === undefined)
    throw new Error(`${measurement.what}: a ratio to what?`);
  return (ratio ?? 0) <= (bar.ratio ?? Infinity) && ours <= (bar.most ?? Infinity);
}
