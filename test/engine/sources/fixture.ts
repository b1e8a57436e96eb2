/** A registry, a store and all that lies between, for one test. */
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseImage } from '../../../server/src/domain/image-argument.ts';
import type { DockerImage, Platform } from '../../../server/src/domain/image.ts';
import { HttpClient } from '../../../server/src/engine/http/http-client.ts';
import type { RegistryParts } from '../../../server/src/engine/registry/registry-client.ts';
import { createDockerContext } from '../../../server/src/engine/sources/docker-context.ts';
import type { DockerContext } from '../../../server/src/engine/sources/docker-context.ts';
import { openStore } from '../../../server/src/engine/store/store.ts';
import type { Store } from '../../../server/src/engine/store/store.ts';
import { networkHost } from '../../helpers/network-host.ts';
import type { NetworkHost } from '../../helpers/network-host.ts';
import { registryParts } from '../../helpers/registry-parts.ts';
import { startRegistry } from '../../helpers/registry.ts';
import type { Registry } from '../../helpers/registry.ts';

export const AMD64: Platform = { os: 'linux', architecture: 'amd64' };
export const ARM64: Platform = { os: 'linux', architecture: 'arm64' };

export interface Fixture {
  readonly registry: Registry;
  readonly host: NetworkHost;
  readonly store: Store;
  readonly context: DockerContext;
  /** The image of a reference to the registry: `team/app:1`. */
  readonly image: (reference: string) => DockerImage;
}

export interface FixtureOptions {
  readonly maxDownloads?: number;
  /** Milliseconds. */
  readonly stallTimeout?: number;
  readonly registries?: RegistryParts;
  readonly policy?: DockerContext['policy'];
}

const ACCEPTING: DockerContext['policy'] = { check: () => Promise.resolve([]) };

export async function withRegistry(
  body: (fixture: Fixture) => Promise<void>,
  {
    maxDownloads = 3,
    stallTimeout = 5000,
    registries = registryParts(),
    policy = ACCEPTING,
  }: FixtureOptions = {},
): Promise<void> {
  const directory = await fs.mkdtemp(join(tmpdir(), 'larder-docker-'));
  const registry = await startRegistry();
  const host = networkHost();
  const store = await openStore(host, directory);
  const http = { stallTimeout, headersTimeout: stallTimeout };
  const context = createDockerContext(host, store, {
    maxDownloads,
    http: new HttpClient(host, http),
    registries,
    policy,
  });
  const image = (reference: string): DockerImage => {
    const base = { cwd: '/', platform: AMD64 };
    return parseImage(`docker://${registry.host}/${reference}`, base) as DockerImage;
  };
  try {
    await body({ registry, host, store, context, image });
  } finally {
    await store.close();
    await host.close();
    await registry.close();
    await fs.rm(directory, { recursive: true, force: true });
  }
}
