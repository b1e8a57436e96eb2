/** Numbers from noisy machines: medians and percentiles of runs that take turns. */

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The nearest-rank percentile. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  if (value === undefined) throw new Error('no values');
  return value;
}

/** Runs something and tells how long it took, in milliseconds. */
export async function timed(body: () => unknown): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}

/**
 * Runs contenders in turns, so that a slow moment of the machine meets all of them.
 * @param contenders each returns one value
 * @param warmups rounds whose values are dropped
 * @returns the values of each contender, in its order
 */
export async function interleave<const K extends string>(
  rounds: number,
  contenders: Readonly<Record<K, (round: number) => Promise<number>>>,
  warmups = 0,
): Promise<Record<K, number[]>> {
  const names = Object.keys(contenders) as K[];
  const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<K, number[]>;
  for (let round = -warmups; round < rounds; round++) {
    // Whoever goes second finds warm caches: the order changes.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const value = await contenders[name](round + warmups);
      if (round >= 0) values[name].push(value);
    }
  }
  return values;
}
