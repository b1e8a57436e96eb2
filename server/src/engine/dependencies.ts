import { LarderError } from '../domain/errors.ts';
import type { Image, NameImage } from '../domain/image.ts';
import type { Expectation } from './sources/expectation.ts';
import type { Dependency } from './store/rows.ts';

export interface DependencyWalk {
  /** What a stored image depends on, by its manifest. */
  of(imageId: string): Promise<readonly Dependency[]>;
  /** @returns the image ID of the dependency, which is in the store and is what was expected */
  fetch(expected: Expectation): Promise<string>;
}

/** An image, and the one that needs it. */
interface Needed {
  readonly imageId: string;
  readonly title: string;
  readonly by: Needed | undefined;
}

/**
 * Gets everything that an image depends on, at any depth, each once: a diamond is not got twice, and a cycle ends where it
 * comes back to itself.
 * @throws LarderError that names the images that led to the one that failed
 */
export async function fetchDependencies(image: Image, imageId: string, walk: DependencyWalk): Promise<void> {
  const asked = new Set<string>();
  const seen = new Set([imageId]);
  const queue: Needed[] = [{ imageId, title: image.canonical, by: undefined }];
  for (let by = queue.shift(); by !== undefined; by = queue.shift()) {
    for (const dependency of await walk.of(by.imageId)) {
      const expected = expectationOf(dependency);
      const key = JSON.stringify([expected.named.canonical, expected.imageId, expected.size]);
      if (asked.has(key)) continue;
      asked.add(key);
      const found = await walk.fetch(expected).catch((error: unknown) => {
        throw withChain(error, by);
      });
      if (seen.has(found)) continue;
      seen.add(found);
      queue.push({ imageId: found, title: dependency.name, by });
    }
  }
}

function expectationOf({ name, labels, imageId, size }: Dependency): Expectation {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const canonical = [name, ...sorted.map(([label, value]) => `${label}=${value}`)].join(',');
  const named: NameImage = { kind: 'name', canonical, name, labels: Object.fromEntries(sorted) };
  return { named, imageId, size };
}

function withChain(error: unknown, needed: Needed): unknown {
  if (!(error instanceof LarderError) || error.code === 'E_CANCELLED') return error;
  const chain: string[] = [];
  for (let by: Needed | undefined = needed; by !== undefined; by = by.by) chain.push(`needed by ${by.title}`);
  const sentence = `${error.message.replace(/\.$/, '')}; ${chain.join(', ')}.`;
  return new LarderError(error.code, sentence, error, error.subject);
}
