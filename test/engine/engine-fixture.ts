/** An engine over a store in a temporary directory and a registry on loopback. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { parseImage } from '../../server/src/domain/image-argument.ts';
import type { Image, Platform } from '../../server/src/domain/image.ts';
import type { PullMode } from '../../server/src/domain/pull-mode.ts';
import { Engine } from '../../server/src/engine/fetch.ts';
import type { Fetched } from '../../server/src/engine/fetch.ts';
import { openSources } from '../../server/src/engine/sources/sources.ts';
import { openStore } from '../../server/src/engine/store/store.ts';
import type { Store } from '../../server/src/engine/store/store.ts';
import { startRegistry } from '../helpers/registry.ts';
import type { Registry } from '../helpers/registry.ts';
import { testHost } from './store/fixture.ts';
import type { TestHost } from './store/fixture.ts';

export const AMD64: Platform = { os: 'linux', architecture: 'amd64' };

export interface EngineFixture extends AsyncDisposable {
  readonly engine: Engine;
  readonly store: Store;
  readonly host: TestHost;
  readonly registry: Registry;
  /** An image argument of the registry's: `team/app:1`. */
  image(reference: string): Image;
  fetch(
    reference: string,
    mode: PullMode,
    options?: { noCache?: boolean; signal?: AbortSignal },
  ): Promise<Fetched>;
}

export async function openEngineFixture(): Promise<EngineFixture> {
  const cleanup = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'larder-engine-'));
  cleanup.defer(() => rm(root, { recursive: true, force: true }));
  const registry = cleanup.adopt(await startRegistry(), (it) => it.close());
  const agent = cleanup.adopt(new Agent(), (it) => it.destroy());
  const host = testHost({ net: agent });
  const store = cleanup.adopt(await openStore(host, root), (it) => it.close());
  const options = { maxDownloads: 4, insecureHttp: false };
  const sources = cleanup.adopt(openSources(host, store, options), (it) => it.close());
  const engine = new Engine(host, store, sources);
  const image = (reference: string): Image =>
    parseImage(`docker://${registry.host}/${reference}`, { cwd: '/', platform: AMD64 });
  return {
    ...{ engine, store, host, registry, image },
    fetch: (reference, mode, { noCache = false, signal = new AbortController().signal } = {}) =>
      engine.fetch(
        { image: image(reference), mode, noCache, platform: AMD64 },
        { signal, onProgress: () => undefined },
      ),
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}
