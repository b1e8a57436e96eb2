import pLimit from 'p-limit';
import type { DockerImage, Image, Platform } from '../domain/image.ts';
import { formatPlatform } from '../domain/platform.ts';
import { familiarName } from '../domain/reference.ts';
import type { GcReport, GcRequest } from '../engine/care/gc.ts';
import type { Fetched } from '../engine/execute.ts';
import type { FetchRequest } from '../engine/fetch.ts';
import type { Prepared, PrepareRequest } from '../engine/prepare/prepare.ts';
import type {
  HostLimit,
  InspectKeysArguments,
  KeyFound,
  SignInArguments,
  TrustArguments,
} from '../protocol.ts';
import type { EngineClient } from './engine-client.ts';
import type { CheckResult, Watch } from './job.ts';
import type { EngineConfig } from './messages.ts';
import { JobQueue } from './queue.ts';

/**
 * Images fetched or checked at once. Most of the time each waits: for a registry's answer, for one of the few downloads that
 * run at once over all images, for a worker, for the disk.
 */
const CONCURRENCY = 8;

/** Everything that is asked of the engine goes through here: joined where it is the same, bounded, and visible as busy. */
export class Jobs {
  readonly #engine: EngineClient;
  readonly #onChange: () => void;
  readonly #fetches: JobQueue<Fetched>;
  readonly #checks: JobQueue<CheckResult>;
  readonly #busy = new Set<{ readonly words: string }>();

  /** @param onChange called whenever a job begins or ends: what is busy and what the store holds may have changed */
  constructor(engine: EngineClient, onChange: () => void) {
    this.#engine = engine;
    this.#onChange = onChange;
    const limit = pLimit(CONCURRENCY);
    this.#fetches = new JobQueue(limit);
    this.#checks = new JobQueue(limit);
    engine.onLimits(onChange);
  }

  /** See {@link EngineClient.limits}. */
  get limits(): readonly HostLimit[] {
    return this.#engine.limits;
  }

  /** What runs now, as a person reads it: "fetching nginx:1.27". */
  get busy(): readonly string[] {
    return [...this.#busy].map(({ words }) => words);
  }

  /** @throws LarderError as {@link EngineClient.run} */
  fetch(config: EngineConfig, request: FetchRequest, watch: Watch): Promise<Fetched> {
    const { image, mode, noCache, platform } = request;
    const key = JSON.stringify([config, image.canonical, formatPlatform(platform), mode, noCache]);
    const work = (shared: Watch): Promise<Fetched> =>
      this.#whileBusy(`fetching ${nameOf(image)}`, () =>
        this.#engine.run<'fetch'>(config, { kind: 'fetch', ...request }, shared),
      );
    return this.#fetches.run(key, work, watch);
  }

  /** @throws LarderError as {@link EngineClient.run} */
  check(
    config: EngineConfig,
    request: { readonly image: DockerImage; readonly platform: Platform },
    watch: Watch,
  ): Promise<CheckResult> {
    const { image, platform } = request;
    const key = JSON.stringify([config, image.canonical, formatPlatform(platform)]);
    const work = (shared: Watch): Promise<CheckResult> =>
      this.#whileBusy(`checking ${nameOf(image)}`, () =>
        this.#engine.run<'check'>(config, { kind: 'check', ...request }, shared),
      );
    return this.#checks.run(key, work, watch);
  }

  /** @throws LarderError as {@link EngineClient.run} */
  async remove(config: EngineConfig, imageId: string, watch: Watch): Promise<void> {
    await this.#whileBusy(`removing ${imageId.slice(0, SHORT_ID)}`, () =>
      this.#engine.run<'remove'>(config, { kind: 'remove', imageId, force: false }, watch),
    );
  }

  /** @throws LarderError as {@link EngineClient.run} */
  gc(config: EngineConfig, request: GcRequest, watch: Watch): Promise<GcReport> {
    return this.#whileBusy(request.dryRun ? 'looking for what can go' : 'freeing disk space', () =>
      this.#engine.run<'gc'>(config, { kind: 'gc', ...request }, watch),
    );
  }

  /** @throws LarderError as {@link EngineClient.run} */
  inspectKeys(
    config: EngineConfig,
    wanted: InspectKeysArguments,
    watch: Watch,
  ): Promise<readonly KeyFound[]> {
    return this.#whileBusy('looking at keys', () =>
      this.#engine.run<'inspect-keys'>(config, { kind: 'inspect-keys', ...wanted }, watch),
    );
  }

  /** @throws LarderError as {@link EngineClient.run} */
  trust(config: EngineConfig, key: TrustArguments, watch: Watch): Promise<string> {
    return this.#whileBusy('trusting a key', () =>
      this.#engine.run<'trust'>(config, { kind: 'trust', ...key }, watch),
    );
  }

  /** @throws LarderError as {@link EngineClient.run} */
  prepare(config: EngineConfig, request: PrepareRequest, watch: Watch): Promise<Prepared> {
    const [name = 'a pod'] = /[^/\\]+$/.exec(request.from) ?? [];
    return this.#whileBusy(`preparing ${name}`, () =>
      this.#engine.run<'prepare'>(config, { kind: 'prepare', ...request }, watch),
    );
  }

  /** @throws LarderError as {@link EngineClient.run} */
  async signIn(config: EngineConfig, wanted: SignInArguments, watch: Watch): Promise<void> {
    await this.#whileBusy(`signing in to ${wanted.registry}`, () =>
      this.#engine.run<'sign-in'>(config, { kind: 'sign-in', ...wanted }, watch),
    );
  }

  /** Cancels everything and ends the engine. */
  close(): Promise<void> {
    return this.#engine.close();
  }

  async #whileBusy<T>(words: string, body: () => Promise<T>): Promise<T> {
    const entry = { words };
    this.#busy.add(entry);
    this.#onChange();
    try {
      return await body();
    } finally {
      this.#busy.delete(entry);
      this.#onChange();
    }
  }
}

const SHORT_ID = 'sha512-'.length + 12;

/** An image as people call it: `nginx:1.27`. */
export function nameOf(image: Image): string {
  return image.kind === 'docker' ? familiarName(image.reference) : image.canonical;
}
