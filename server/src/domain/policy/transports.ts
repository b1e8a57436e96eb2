import { quote } from '../quote.ts';

/** A transport of containers/image: where images come from. */
export interface Transport {
  /** One line of Markdown. */
  readonly doc: string;
  /** `ValidatePolicyConfigurationScope`: what is wrong with a scope that is not empty, in words that follow "because". */
  readonly wrongScope: (scope: string) => string | undefined;
}

const anyScope = (): undefined => undefined;
const noScope = (): string => 'this transport has no scope but the empty one';

/** Directory paths, as path/filepath.Clean of Go leaves them. */
function wrongPath(scope: string): string | undefined {
  if (!scope.startsWith('/')) return 'it must be an absolute path';
  if (scope === '/') return 'the empty scope stands for all paths';
  const isClean = scope
    .slice(1)
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..');
  return isClean ? undefined : 'a path here has no empty, "." or ".." parts and no slash at its end';
}

function wrongDaemonScope(scope: string): string | undefined {
  return /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-f]{64,128}$/.test(scope)
    ? 'an image ID has no namespaces'
    : undefined;
}

/** storage/storage_transport.go: the location of a store, then nothing or a name. */
function wrongStorageScope(scope: string): string | undefined {
  return /^\[(?:[^\]@]+@)?\/[^\]]*\]/.test(scope)
    ? undefined
    : 'it must begin with the location of a store, as in [overlay@/var/lib/containers/storage]';
}

/**
 * The transports that are known. Of others any scope is allowed; so it is of `atomic` and `ostree`, which Debian's and other
 * builds of these tools leave out.
 */
export const TRANSPORTS: Readonly<Record<string, Transport>> = {
  docker: {
    doc: 'Images of registries: what `docker://` and Kubernetes fetch, and the transport that Larder asks about.',
    // Whatever a scope is, it is allowed; one that fits no image is pointed out elsewhere.
    wrongScope: anyScope,
  },
  'docker-archive': { doc: 'Archives of `docker save`.', wrongScope: noScope },
  'docker-daemon': { doc: 'Images of a Docker daemon.', wrongScope: wrongDaemonScope },
  oci: { doc: 'OCI image layouts: directories.', wrongScope: wrongPath },
  'oci-archive': { doc: 'OCI image layouts in tar archives.', wrongScope: wrongPath },
  dir: { doc: 'Images in plain directories.', wrongScope: wrongPath },
  'containers-storage': {
    doc: 'Images in the storage of Podman and Buildah.',
    wrongScope: wrongStorageScope,
  },
  atomic: { doc: 'Images of an OpenShift registry.', wrongScope: anyScope },
  ostree: { doc: 'Images in an OSTree repository.', wrongScope: anyScope },
  sif: { doc: 'Images of Singularity.', wrongScope: wrongPath },
  tarball: { doc: 'Tar archives of root file systems.', wrongScope: noScope },
};

/** One sentence about a scope that its transport does not allow; undefined when it does. */
export function wrongScope(transport: string, scope: string): string | undefined {
  if (scope === '' || !Object.hasOwn(TRANSPORTS, transport)) return undefined;
  const why = TRANSPORTS[transport]?.wrongScope(scope);
  return why === undefined
    ? undefined
    : `${quote(scope)} is not a scope of ${quote(transport)}, because ${why}.`;
}
