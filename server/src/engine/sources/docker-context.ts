import type { Host } from '../host.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { ImagePolicy } from '../policy/image-policy.ts';
import { BlobDownloads } from '../registry/blob-downloads.ts';
import type { BlobStore } from '../registry/blob-downloads.ts';
import { RegistryClient } from '../registry/registry-client.ts';
import type { RegistryParts } from '../registry/registry-client.ts';
import type { Store } from '../store/store.ts';

/** What getting docker images takes; one for all fetches of a process, which share its tokens, slots and downloads. */
export interface DockerContext {
  readonly host: Host;
  readonly store: BlobStore & Pick<Store, 'recordRemote'>;
  readonly registry: RegistryClient;
  readonly downloads: BlobDownloads;
  readonly policy: Pick<ImagePolicy, 'check'>;
}

export interface DockerOptions {
  readonly http: HttpClient;
  /** How many blobs are downloaded at once. */
  readonly maxDownloads: number;
  readonly registries: RegistryParts;
  readonly policy: DockerContext['policy'];
}

export function createDockerContext(
  host: Host,
  store: DockerContext['store'],
  { http, maxDownloads, registries, policy }: DockerOptions,
): DockerContext {
  const registry = new RegistryClient(host, http, registries);
  return { host, store, registry, downloads: new BlobDownloads(host, store, registry, maxDownloads), policy };
}
