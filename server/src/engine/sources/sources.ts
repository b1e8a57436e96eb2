import type { WorkerPool } from '../aci/worker-pool.ts';
import { Discovery } from '../discovery/discovery.ts';
import type { Sources } from '../execute.ts';
import { ArchiveImporter } from '../exchange/import.ts';
import type { Host } from '../host.ts';
import { HttpCredentials } from '../auth/http-credentials.ts';
import type { Login } from '../auth/credential-helper.ts';
import { HostLimits } from '../http/host-limits.ts';
import { HttpClient } from '../http/http-client.ts';
import { ImagePolicy } from '../policy/image-policy.ts';
import { PolicyFile } from '../policy/policy-file.ts';
import { openRegistries } from '../registry/registries.ts';
import type { RegistryOptions } from '../registry/registries.ts';
import { checkCredential } from '../registry/registry-login.ts';
import type { Store } from '../store/store.ts';
import type { SignatureVerifier } from '../trust/verifier.ts';
import { AciImporter } from './aci-import.ts';
import { createDockerContext } from './docker-context.ts';
import { DockerSource } from './docker-source.ts';
import { FileSource } from './file-source.ts';
import { HttpSource } from './http-source.ts';
import { Signatures } from './signatures.ts';

/** What configuration depends on, beside the environment. */
export interface Machine {
  /** `process.platform` */
  readonly platform: NodeJS.Platform;
  /** Whether this is the superuser. */
  readonly isRoot: boolean;
}

export interface SourceOptions extends RegistryOptions, Machine {
  /** Path of policy.json; empty for the usual places. */
  readonly policyPath: string;
  /** How many blobs are downloaded at once. */
  readonly maxDownloads: number;
  /** `--insecure-options=http`: plain http to any host, not only to loopback. */
  readonly insecureHttp: boolean;
  /** `--insecure-options=image`: ACIs need no signatures. */
  readonly insecureImage: boolean;
}

/** Nothing but what is configured on this machine. */
export const UNCONFIGURED = {
  registriesConf: '',
  tokenServers: {},
  credentials: {},
  policyPath: '',
} as const;

export interface OpenSources extends Sources {
  /**
   * Tries whether a registry takes a credential.
   * @throws LarderError as checkCredential
   */
  signIn(registry: string, login: Login, signal: AbortSignal): Promise<void>;
  /** Docker images that come in files. */
  readonly archives: Pick<ArchiveImporter, 'import'>;
  /** How often hosts let themselves be asked. */
  readonly limits: Pick<HostLimits, 'snapshot' | 'onChange'>;
  /** Ends the connections. */
  close(): Promise<void>;
}

/**
 * A source for every kind of image that can be fetched, over one store.
 * @param pool for layers; whoever made it closes it
 */
export function openSources(
  host: Host,
  store: Store,
  options: SourceOptions,
  verifier: SignatureVerifier,
  pool: WorkerPool,
): OpenSources {
  const { maxDownloads, insecureHttp, insecureImage } = options;
  const { parts, dispatchers } = openRegistries(host, options);
  const limits = new HostLimits(host);
  const common = { allowHttp: insecureHttp, dispatchers, limits };
  // Two, since what web servers want to see is no business of registries.
  const http = new HttpClient(host, common);
  const web = new HttpClient(host, { ...common, credentials: new HttpCredentials(host, options.platform) });
  const policy = new ImagePolicy(host, web, { path: options.policyPath, isRoot: options.isRoot });
  const docker = createDockerContext(host, store, { http, maxDownloads, registries: parts, policy });
  const importer = new AciImporter(host, store, pool, new Signatures(verifier, insecureImage));
  return {
    docker: new DockerSource(docker, store, pool),
    http: new HttpSource(host, store, web, importer),
    file: new FileSource(host, store, importer),
    discovery: new Discovery(host, web),
    archives: new ArchiveImporter(host, store, pool, new PolicyFile(host, options.policyPath)),
    limits,
    signIn: (registry, { username, password }, signal) => {
      const credential = { kind: 'basic', username, password } as const;
      const given = { registry, credential, origin: 'what was typed' };
      return checkCredential(host, http, parts, given, signal);
    },
    close: () => dispatchers.close(),
  };
}
