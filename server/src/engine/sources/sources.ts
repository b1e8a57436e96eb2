import { WorkerPool } from '../aci/worker-pool.ts';
import type { Sources } from '../fetch.ts';
import type { Host } from '../host.ts';
import type { Store } from '../store/store.ts';
import { createDockerContext } from './docker-context.ts';
import { DockerSource } from './docker-source.ts';

export interface SourceOptions {
  /** How many blobs are downloaded at once. */
  readonly maxDownloads: number;
  /** `--insecure-options=http`: plain http to any host, not only to loopback. */
  readonly insecureHttp: boolean;
}

export interface OpenSources extends Sources {
  /** Ends the worker threads. */
  close(): Promise<void>;
}

/** A source for every kind of image that can be fetched, over one store. */
export function openSources(
  host: Host,
  store: Store,
  { maxDownloads, insecureHttp }: SourceOptions,
): OpenSources {
  const pool = new WorkerPool();
  const context = createDockerContext(host, store, { maxDownloads, http: { allowHttp: insecureHttp } });
  return { docker: new DockerSource(context, store, pool), close: () => pool.close() };
}
