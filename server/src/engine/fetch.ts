import { createHash } from 'node:crypto';
import { LarderError } from '../domain/errors.ts';
import type { DockerImage, FileImage, HttpImage, Image, ImageKind, Platform } from '../domain/image.ts';
import { pinOf } from '../domain/freshness.ts';
import { plan } from '../domain/plan.ts';
import type { Plan, Step, When } from '../domain/plan.ts';
import { formatPlatform } from '../domain/platform.ts';
import type { PullMode } from '../domain/pull-mode.ts';
import type { StoreRecord } from '../domain/record.ts';
import type { Host } from './host.ts';
import type { FetchOutcome, OnProgress } from './progress.ts';
import type { Answer, Obtained, Source, SourceContext } from './sources/source.ts';
import type { Store } from './store/store.ts';

export interface FetchRequest {
  readonly image: Image;
  readonly mode: PullMode;
  /** `--no-cache`: ignore saved caching data in a remote step. */
  readonly noCache: boolean;
  readonly platform: Platform;
  /** `--signature`: path of the signature of an ACI, instead of the one beside it. */
  readonly signature?: string;
}

export interface Fetched {
  /** Full image ID. */
  readonly imageId: string;
  readonly outcome: FetchOutcome;
}

/** The kinds of image this engine can get from a remote. */
export interface Sources {
  readonly docker: Source<DockerImage>;
  readonly http: Source<HttpImage>;
  readonly file: Pick<Source<FileImage>, 'get'>;
}

/** Executes plans: the same that hovers and `larder explain` print. */
export class Engine {
  readonly #host: Host;
  readonly #store: Store;
  readonly #sources: Sources;

  constructor(host: Host, store: Store, sources: Sources) {
    this.#host = host;
    this.#store = store;
    this.#sources = sources;
  }

  /**
   * Gets an image by its plan. Of two processes that go to the remote for one image, one does and the other waits for it.
   * @throws LarderError; when the remote fails and the store holds a copy, the sentence says so
   */
  async fetch(
    request: FetchRequest,
    watch: { signal: AbortSignal; onProgress: OnProgress },
  ): Promise<Fetched> {
    const context = { platform: request.platform, signature: request.signature, ...watch };
    await this.#store.refresh();
    const { record, plan: first } = await this.#planOf(request);
    if (isLocal(first)) return this.#execute(first, record, context);
    return this.#store.withLock(lockName(request), watch.signal, async () => {
      await this.#store.refresh();
      const now = await this.#planOf(request);
      try {
        return await this.#execute(now.plan, now.record, context);
      } catch (error) {
        throw request.image.kind === 'file' ? error : withCopy(error, now.record);
      }
    });
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

  async #planOf(request: FetchRequest): Promise<{ plan: Plan; record: StoreRecord | undefined }> {
    const record = await this.#intactRecord(request);
    return { plan: plan({ ...request, record, now: this.#host.clock.now() }), record };
  }

  /** What the store holds, unless its blob is gone or cut: then it is as if the store had nothing, and it is fetched again. */
  async #intactRecord({ image, platform }: FetchRequest): Promise<StoreRecord | undefined> {
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

  async #execute(todo: Plan, record: StoreRecord | undefined, context: SourceContext): Promise<Fetched> {
    let found: When | undefined;
    let obtained: Obtained | null = null;
    for (const step of todo.steps) {
      if (step.when !== undefined && step.when !== found) continue;
      switch (step.action) {
        case 'use-store':
          await this.#store.touch([step.target]);
          return { imageId: step.target, outcome: outcomeOf(todo, step) };
        case 'fail':
          throw new LarderError('E_NOT_IN_STORE', notInStore(todo));
        case 'ask-digest': {
          const answer = await this.#sources.docker.ask(imageOf(todo, 'docker'), stored(record), context);
          found = answer.found;
          break;
        }
        case 'revalidate': {
          const answer = await this.#sources.http.ask(imageOf(todo, 'http'), stored(record), context);
          found = answer.found;
          if (answer.found === 'changed') obtained = answer.obtained;
          break;
        }
        case 'pull':
          obtained = await this.#sources.docker.get(imageOf(todo, 'docker'), context);
          break;
        case 'download':
          obtained = await this.#sources.http.get(imageOf(todo, 'http'), context);
          break;
        case 'use-file': {
          const file = await this.#sources.file.get(imageOf(todo, 'file'), context);
          return { imageId: await file.import(), outcome: 'fetched' };
        }
        case 'import':
          if (obtained === null) throw new Error('a plan imports nothing');
          return { imageId: await obtained.import(), outcome: 'fetched' };
        case 'discover':
          throw new LarderError(
            'E_UNSUPPORTED',
            `${todo.image.canonical} was not fetched: this version of Larder discovers no images; name its URL`,
          );
      }
    }
    throw new Error(`the plan for ${todo.image.canonical} does not end`);
  }
}

/** A plan that needs no remote needs no lock either. */
function isLocal(todo: Plan): boolean {
  return todo.steps.every(({ action }) => action === 'use-store' || action === 'fail');
}

function outcomeOf(todo: Plan, step: Step): FetchOutcome {
  if (step.when === 'unchanged') return 'revalidated';
  return todo.mode === 'remote' ? 'cached' : 'store';
}

function imageOf<K extends ImageKind>({ image }: Plan, kind: K): Extract<Image, { kind: K }> {
  if (image.kind !== kind) throw new Error(`a plan for a ${image.kind} image has a step for a ${kind} image`);
  return image as Extract<Image, { kind: K }>;
}

function stored(record: StoreRecord | undefined): StoreRecord {
  if (record === undefined) throw new Error('a plan asks for changes to nothing');
  return record;
}

function notInStore({ image, mode }: Plan): string {
  if (image.kind === 'id') {
    return `The image ${image.id} is not in the store, and no remote can be asked for an image ID; fetch it by name or URL.`;
  }
  const flag = mode === 'store' ? ' and --no-fetch allows no request' : '';
  return `${image.canonical} is not in the store${flag}; fetch it first with: larder fetch ${image.canonical}.`;
}

function lockName({ image, platform }: FetchRequest): string {
  const key = `${image.canonical} ${formatPlatform(platform)}`;
  return `fetch-${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

/** A failed remote never falls back in silence: the error says what could be used instead (behaviour.md §2). */
function withCopy(error: unknown, record: StoreRecord | undefined): unknown {
  if (!(error instanceof LarderError) || error.code === 'E_CANCELLED' || record === undefined) return error;
  const since = new Date(record.remote?.checkedAt ?? record.image.importedAt).toISOString();
  const copy = `the store still holds ${record.image.imageId.slice(0, 19)}, last checked ${since}, for use with --no-fetch`;
  return new LarderError(error.code, `${error.message.replace(/\.$/, '')}; ${copy}.`, error);
}
