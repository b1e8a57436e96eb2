import type { Host } from '../host.ts';
import { HttpClient } from '../http/http-client.ts';
import type { HttpOptions } from '../http/http-client.ts';
import { BlobDownloads } from '../registry/blob-downloads.ts';
import type { BlobStore } from '../registry/blob-downloads.ts';
import { RegistryClient } from '../registry/registry-client.ts';
import type { Store } from '../store/store.ts';

/** What getting docker images takes; one for all fetches of a process, which share its tokens, slots and downloads. */
export interface DockerContext {
  readonly host: Host;
  readonly store: BlobStore & Pick<Store, 'recordRemote'>;
  readonly registry: RegistryClient;
  readonly downloads: BlobDownloads;
}

export interface DockerOptions {
  /** How many blobs are downloaded at once. */
  readonly maxDownloads: number;
  readonly http?: Partial<HttpOptions>;
}

export function createDockerContext(
  host: Host,
  store: DockerContext['store'],
  { maxDownloads, http }: DockerOptions,
): DockerContext {
  const registry = new RegistryClient(host, new HttpClient(host, http));
  return { host, store, registry, downloads: new BlobDownloads(host, store, registry, maxDownloads) };
}
