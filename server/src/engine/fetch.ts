import { createHash } from 'node:crypto';
import { LarderError } from '../domain/errors.ts';
import type { DockerImage, Image, NameImage, Platform } from '../domain/image.ts';
import { pinOf } from '../domain/freshness.ts';
import { plan } from '../domain/plan.ts';
import type { Plan } from '../domain/plan.ts';
import { formatPlatform } from '../domain/platform.ts';
import type { PullMode } from '../domain/pull-mode.ts';
import type { StoreRecord } from '../domain/record.ts';
import { fetchDependencies } from './dependencies.ts';
import type { DependencyGraph } from './dependencies.ts';
import type { Endpoint } from './discovery/endpoints.ts';
import { execute } from './execute.ts';
import type { Executor, Fetched, Sources } from './execute.ts';
import type { Host } from './host.ts';
import type { OnProgress } from './progress.ts';
import type { Expectation } from './sources/expectation.ts';
import type { Answer, SourceContext } from './sources/source.ts';
import { readManifest } from './store/image-manifest.ts';
import type { Dependency } from './store/rows.ts';
import type { Store } from './store/store.ts';
import { TotalProgress } from './total-progress.ts';

export interface FetchRequest {
  readonly image: Image;
  readonly mode: PullMode;
  /** `--no-cache`: ignore saved caching data in a remote step. */
  readonly noCache: boolean;
  readonly platform: Platform;
  /** `--signature`: path of the signature of an ACI, instead of the one beside it. */
  readonly signature?: string;
  /** Of an image ID that the store may not have: the name to get it by, which must lead to this very image. */
  readonly named?: NameImage;
}

export interface FetchWatch {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** An image that is in the store, with all that it depends on. */
export interface Resolved extends Fetched {
  readonly graph: DependencyGraph;
}

type Settings = Omit<FetchRequest, 'signature' | 'named'>;

/** Executes plans: the same that hovers and `larder explain` print. */
export class Engine {
  readonly #host: Host;
  readonly #store: Store;
  readonly #sources: Sources;
  readonly #acceptUnverified: boolean;

  /** @param acceptUnverified `--insecure-options=image`: stored copies are used whose signature was never checked */
  constructor(host: Host, store: Store, sources: Sources, acceptUnverified: boolean) {
    this.#host = host;
    this.#store = store;
    this.#sources = sources;
    this.#acceptUnverified = acceptUnverified;
  }

  /**
   * Gets an image by its plan, and what it depends on in the same mode. Of two processes that go to the remote for one image,
   * one does and the other waits for it.
   * @throws LarderError; when the remote fails and the store holds a copy, the sentence says so
   */
  async fetch(request: FetchRequest, watch: FetchWatch): Promise<Fetched> {
    const { imageId, outcome } = await this.resolve(request, watch);
    return { imageId, outcome };
  }

  /** As {@link fetch}, and tells what depends on what. */
  async resolve(request: FetchRequest, watch: FetchWatch): Promise<Resolved> {
    const { image, platform, signature } = request;
    const progress = new TotalProgress(watch.onProgress);
    const context = { platform, signal: watch.signal, onProgress: progress.update };
    const own = signature === undefined ? {} : { signature: { kind: 'file', path: signature } as const };
    const fetched = await this.#fetchAsked(request, { ...context, ...own });
    // A converted docker image is squashed: it depends on nothing.
    if (image.kind === 'docker') return { ...fetched, graph: new Map([[fetched.imageId, []]]) };
    const graph = await fetchDependencies(image, fetched.imageId, {
      of: (imageId) => this.#dependenciesOf(imageId),
      fetch: (expected) => {
        progress.next();
        return this.#fetchDependency(request, { ...context, expected }, expected);
      },
    });
    return { ...fetched, graph };
  }

  /**
   * Asks the registry whether a tag has moved, and downloads nothing.
   * @returns what it answered; `undefined` when there is nothing in the store to compare with, so nothing was asked
   */
  async check(
    image: DockerImage,
    platform: Platform,
    signal: AbortSignal,
  ): Promise<Answer['found'] | undefined> {
    await this.#store.refresh();
    const record = this.#store.view().find(image, formatPlatform(platform));
    if (!record?.remote?.docker) return undefined;
    if (pinOf(image) !== undefined) return 'unchanged';
    const answer = await this.#sources.docker.ask(image, record, {
      platform,
      signal,
      onProgress: () => undefined,
    });
    return answer.found;
  }

  async #fetchOne(settings: Settings, context: SourceContext): Promise<Fetched> {
    await this.#store.refresh();
    const { record, plan: first } = await this.#planOf(settings);
    const { image } = settings;
    try {
      // What is discovered is got, and locked, as its URL.
      const needsLock = first.steps.some(({ action }) => !['use-store', 'fail', 'discover'].includes(action));
      return needsLock
        ? await this.#fetchLocked(settings, context)
        : await execute(first, record, context, this.#executor(settings));
    } catch (error) {
      // A file is used in every mode, so no other mode would help.
      throw image.kind === 'file' ? error : withCopy(error, record, this.#storePlan(settings, record));
    }
  }

  #fetchLocked(settings: Settings, context: SourceContext): Promise<Fetched> {
    return this.#store.whileGetting(lockName(settings), context.signal, async () => {
      await this.#store.refresh();
      const now = await this.#planOf(settings);
      return execute(now.plan, now.record, context, this.#executor(settings));
    });
  }

  #executor({ noCache, platform }: Settings): Executor {
    const getDiscovered = async ({ aci, signature }: Endpoint, context: SourceContext): Promise<Fetched> => {
      const image = { kind: 'http', canonical: aci.href, url: aci.href } as const;
      const settings = { image, mode: 'remote', noCache, platform } as const;
      const beside = { kind: 'url', url: signature } as const;
      return this.#fetchLocked(settings, { ...context, signature: context.signature ?? beside });
    };
    return { store: this.#store, sources: this.#sources, getDiscovered };
  }

  async #dependenciesOf(imageId: string): Promise<readonly Dependency[]> {
    return readManifest(await this.#store.manifestText(imageId)).dependencies;
  }

  /** An image ID that the store lacks is got by its name, where it has one. What the store has is that image, whatever it is called. */
  async #fetchAsked(request: FetchRequest, context: SourceContext): Promise<Fetched> {
    const { image, mode, named } = request;
    if (image.kind !== 'id' || named === undefined || mode === 'store')
      return this.#fetchOne(request, context);
    await this.#store.refresh();
    if ((await this.#planOf(request)).record !== undefined) return this.#fetchOne(request, context);
    const expected = { named, imageId: image.id, size: null };
    return this.#fetchOne({ ...request, image: named, mode: 'remote' }, { ...context, expected });
  }

  /** A dependency with an image ID is that image and no other, whatever its name leads to by now. */
  async #fetchDependency(request: Settings, context: SourceContext, expected: Expectation): Promise<string> {
    const { named, imageId } = expected;
    const settings = { mode: request.mode, noCache: request.noCache, platform: request.platform };
    if (imageId === null) return (await this.#fetchOne({ ...settings, image: named }, context)).imageId;
    const pinned = { ...settings, image: { kind: 'id', canonical: imageId, id: imageId } } as const;
    const { record } = await this.#planOf(pinned);
    if (record !== undefined || request.mode === 'store')
      return (await this.#fetchOne(pinned, context)).imageId;
    // What the store has under the name, if anything, is another image.
    return (await this.#fetchOne({ ...settings, image: named, mode: 'remote' }, context)).imageId;
  }

  async #planOf(settings: Settings): Promise<{ plan: Plan; record: StoreRecord | undefined }> {
    const record = await this.#intactRecord(settings);
    const [now, acceptUnverified] = [this.#host.clock.now(), this.#acceptUnverified];
    return { plan: plan({ ...settings, record, now, acceptUnverified }), record };
  }

  /** What `--no-fetch` would do. */
  #storePlan(settings: Settings, record: StoreRecord | undefined): Plan {
    const [now, acceptUnverified] = [this.#host.clock.now(), this.#acceptUnverified];
    return plan({ ...settings, mode: 'store', record, now, acceptUnverified });
  }

  /** What the store holds, unless its blob is gone or cut: then it is as if the store had nothing, and it is fetched again. */
  async #intactRecord({ image, platform }: Settings): Promise<StoreRecord | undefined> {
    const record = this.#store.view().find(image, formatPlatform(platform));
    if (record === undefined) return undefined;
    const path = this.#store.imagePath(record.image.imageId);
    const size = await this.#host.fs.stat(path).then(
      (stat) => stat.size,
      () => null, // Missing or unreadable: either way the copy is of no use.
    );
    if (size === record.image.size) return record;
    const found = size === null ? 'cannot be read' : `has ${size} bytes instead of ${record.image.size}`;
    this.#host.log.warn(`The stored image ${path} ${found}; it is fetched again.`);
    return undefined;
  }
}

function lockName({ image, platform }: Settings): string {
  const key = `${image.canonical} ${formatPlatform(platform)}`;
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

/** A failed remote never falls back in silence: the error says what could be used instead (behaviour.md §2). */
function withCopy(error: unknown, record: StoreRecord | undefined, { steps }: Plan): unknown {
  if (!(error instanceof LarderError) || error.code === 'E_CANCELLED' || record === undefined) return error;
  const since = new Date(record.remote?.checkedAt ?? record.image.importedAt).toISOString();
  const isUsable = steps.every(({ action }) => action !== 'fail');
  const use = isUsable ? 'for use with --no-fetch' : 'but its signature was never checked';
  const copy = `the store still holds ${record.image.imageId.slice(0, 19)}, last checked ${since}, ${use}`;
  return new LarderError(error.code, `${error.message.replace(/\.$/, '')}; ${copy}.`, error, error.subject);
}
