/** An engine over a store in a temporary directory, with a registry and a web server on loopback. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parseImage } from '../../server/src/domain/image-argument.ts';
import type { Image, Platform } from '../../server/src/domain/image.ts';
import type { PullMode } from '../../server/src/domain/pull-mode.ts';
import type { StoreRecord } from '../../server/src/domain/record.ts';
import { Engine } from '../../server/src/engine/fetch.ts';
import type { Fetched } from '../../server/src/engine/execute.ts';
import type { OnProgress } from '../../server/src/engine/progress.ts';
import { openSources, UNCONFIGURED } from '../../server/src/engine/sources/sources.ts';
import { openStore } from '../../server/src/engine/store/store.ts';
import type { Store } from '../../server/src/engine/store/store.ts';
import type { SignatureVerifier } from '../../server/src/engine/trust/verifier.ts';
import { LAYER_WORKERS } from '../helpers/layer-workers.ts';
import { networkTo, startOrigin } from '../helpers/origin.ts';
import type { Origin } from '../helpers/origin.ts';
import { startRegistry } from '../helpers/registry.ts';
import type { Registry } from '../helpers/registry.ts';
import { testHost } from './store/fixture.ts';
import type { TestHost } from './store/fixture.ts';

export const AMD64: Platform = { os: 'linux', architecture: 'amd64' };

export interface FetchOptions {
  readonly noCache?: boolean;
  readonly signal?: AbortSignal;
  readonly signature?: string;
  readonly onProgress?: OnProgress;
}

export interface EngineFixture extends AsyncDisposable {
  readonly engine: Engine;
  readonly store: Store;
  readonly host: TestHost;
  readonly registry: Registry;
  readonly origin: Origin;
  /** A directory for files. */
  readonly directory: string;
  /** Of the user; all that is in it at first is a policy that accepts every image. */
  readonly home: string;
  /** An image argument of the registry's: `team/app:1`. */
  image(reference: string): Image;
  fetch(reference: string, mode: PullMode, options?: FetchOptions): Promise<Fetched>;
  /** Any image argument; a URL may begin with `/`, for the origin. */
  parse(argument: string): Image;
  get(argument: string, mode: PullMode, options?: FetchOptions): Promise<Fetched>;
  /** What the store holds for an image argument. */
  record(argument: string): StoreRecord | undefined;
}

export interface FixtureOptions {
  readonly insecureImage?: boolean;
  readonly insecureHttp?: boolean;
  readonly verifier?: SignatureVerifier;
}

/** ACIs need no signatures there unless a test says so. */
export async function openEngineFixture({
  insecureImage = true,
  insecureHttp = false,
  verifier = { verify: () => Promise.reject(new Error('nothing is verified')) },
}: FixtureOptions = {}): Promise<EngineFixture> {
  const cleanup = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'larder-engine-'));
  cleanup.defer(() => rm(directory, { recursive: true, force: true }));
  const registry = cleanup.adopt(await startRegistry(), (it) => it.close());
  const origin = cleanup.adopt(await startOrigin(), (it) => it.close());
  const net = cleanup.adopt(networkTo(origin), (it) => it.destroy());
  // No configuration of the machine that runs the tests is read.
  const home = join(directory, 'home');
  await writePolicy(home, { default: [{ type: 'insecureAcceptAnything' }] });
  const host: TestHost = testHost({
    net,
    env: { HOME: home },
    // Nobody waits for a server to recover.
    clock: {
      now: () => host.now,
      sleep: async (_ms, signal) => {
        await setImmediate();
        signal?.throwIfAborted();
      },
    },
  });
  const store = cleanup.adopt(await openStore(host, join(directory, 'store')), (it) => it.close());
  const machine = { platform: process.platform, isRoot: false };
  const options = { maxDownloads: 4, insecureHttp, insecureImage, ...machine, ...UNCONFIGURED };
  const sources = cleanup.adopt(openSources(host, store, options, verifier, LAYER_WORKERS), (it) =>
    it.close(),
  );
  const engine = new Engine(host, store, sources, insecureImage);
  const image = (reference: string): Image => parse(`docker://${registry.host}/${reference}`);
  const parse = (argument: string): Image =>
    parseImage(argument.startsWith('/') ? origin.url + argument : argument, {
      cwd: directory,
      platform: AMD64,
    });
  const fetch = (
    wanted: Image,
    mode: PullMode,
    {
      noCache = false,
      signal = new AbortController().signal,
      signature,
      onProgress = () => undefined,
    }: FetchOptions = {},
  ): Promise<Fetched> =>
    engine.fetch(
      { image: wanted, mode, noCache, platform: AMD64, ...(signature === undefined ? {} : { signature }) },
      { signal, onProgress },
    );
  return {
    ...{ engine, store, host, registry, origin, directory, home, image, parse },
    fetch: (reference, mode, more) => fetch(image(reference), mode, more),
    get: (argument, mode, more) => fetch(parse(argument), mode, more),
    record: (argument) => store.view().find(parse(argument), 'linux/amd64'),
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

/** Writes the image policy of a user. */
export async function writePolicy(home: string, policy: object): Promise<void> {
  const directory = join(home, '.config/containers');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'policy.json'), JSON.stringify(policy));
}
