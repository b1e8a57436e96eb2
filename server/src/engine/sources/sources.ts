import { WorkerPool } from '../aci/worker-pool.ts';
import { Discovery } from '../discovery/discovery.ts';
import type { Sources } from '../execute.ts';
import type { Host } from '../host.ts';
import { HttpClient } from '../http/http-client.ts';
import type { Store } from '../store/store.ts';
import type { SignatureVerifier } from '../trust/verifier.ts';
import { AciImporter } from './aci-import.ts';
import { createDockerContext } from './docker-context.ts';
import { DockerSource } from './docker-source.ts';
import { FileSource } from './file-source.ts';
import { HttpSource } from './http-source.ts';
import { Signatures } from './signatures.ts';

export interface SourceOptions {
  /** How many blobs are downloaded at once. */
  readonly maxDownloads: number;
  /** `--insecure-options=http`: plain http to any host, not only to loopback. */
  readonly insecureHttp: boolean;
  /** `--insecure-options=image`: ACIs need no signatures. */
  readonly insecureImage: boolean;
}

export interface OpenSources extends Sources {
  /** Ends the worker threads. */
  close(): Promise<void>;
}

/** A source for every kind of image that can be fetched, over one store. */
export function openSources(
  host: Host,
  store: Store,
  { maxDownloads, insecureHttp, insecureImage }: SourceOptions,
  verifier: SignatureVerifier,
): OpenSources {
  const pool = new WorkerPool();
  const http = { allowHttp: insecureHttp };
  const docker = createDockerContext(host, store, { maxDownloads, http });
  const client = new HttpClient(host, http);
  const importer = new AciImporter(host, store, pool, new Signatures(verifier, insecureImage));
  return {
    docker: new DockerSource(docker, store, pool),
    http: new HttpSource(host, store, client, importer),
    file: new FileSource(host, store, importer),
    discovery: new Discovery(host, client),
    close: () => pool.close(),
  };
}
