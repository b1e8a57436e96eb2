/**
 * Does something with each item, several at a time. After a failure no more are begun.
 * @throws what the first failure threw, when all that were begun have ended
 */
export async function eachParallel<T>(
  items: readonly T[],
  atOnce: number,
  body: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (const item of left) {
      try {
        await body(item);
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (failures.length > 0) throw failures[0];
}
