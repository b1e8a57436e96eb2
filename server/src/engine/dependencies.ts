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

/** What each image directly depends on, in the order of its manifest, all by image ID. */
export type DependencyGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Gets everything that an image depends on, at any depth, each once: a diamond is not got twice, and a cycle ends where it
 * comes back to itself.
 * @returns the image and all that was got, with what each depends on
 * @throws LarderError that names the images that led to the one that failed
 */
export async function fetchDependencies(
  image: Image,
  imageId: string,
  walk: DependencyWalk,
): Promise<DependencyGraph> {
  const asked = new Map<string, string>();
  const graph = new Map<string, readonly string[]>();
  const queue: Needed[] = [{ imageId, title: image.canonical, by: undefined }];
  for (let by = queue.shift(); by !== undefined; by = queue.shift()) {
    if (graph.has(by.imageId)) continue;
    const found: string[] = [];
    graph.set(by.imageId, found);
    for (const dependency of await walk.of(by.imageId)) {
      const expected = expectationOf(dependency);
      const key = JSON.stringify([expected.named.canonical, expected.imageId, expected.size]);
      const dependencyId =
        asked.get(key) ??
        (await walk.fetch(expected).catch((error: unknown) => {
          throw withChain(error, by);
        }));
      asked.set(key, dependencyId);
      found.push(dependencyId);
      queue.push({ imageId: dependencyId, title: dependency.name, by });
    }
  }
  return graph;
}

/** What a dependency must be. */
export function expectationOf({ name, labels, imageId, size }: Dependency): Expectation {
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
