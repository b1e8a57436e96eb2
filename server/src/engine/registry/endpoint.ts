import { LarderError } from '../../domain/errors.ts';
import type { DockerReference } from '../../domain/reference.ts';
import { isLoopback } from '../http/loopback.ts';

/** A repository of a registry. */
export type Repository = Pick<DockerReference, 'registry' | 'repository'>;

/** Where a registry is asked: by https, or as far as it is allowed by plain http. */
export interface Endpoint {
  readonly url: URL;
  /** For a registry that does not speak TLS; undefined where it has to. */
  readonly plainUrl: URL | undefined;
}

/**
 * A URL of the registry API (distribution-spec, "Endpoints"). As with docker's insecure registries, plain http is for those that
 * do not answer https: on loopback, where a registry hardly ever has a certificate and what cannot be listened to needs none,
 * and elsewhere if the user allows it.
 * @param path what follows the repository: `manifests/latest`; without a repository, what follows `/v2/`
 * @param allowHttp plain http for every host
 * @throws LarderError E_REF when the host cannot be one: `a:99999`
 */
export function registryEndpoint(
  { registry, repository }: Repository,
  path: string,
  allowHttp: boolean,
): Endpoint {
  const address = [registry, 'v2', ...(repository === '' ? [] : [repository]), path].join('/');
  if (!URL.canParse(`https://${address}`)) {
    throw new LarderError('E_REF', `${registry} is not the address of a registry; write HOST or HOST:PORT.`);
  }
  const url = new URL(`https://${address}`);
  // Not the other with its protocol set: a port that https leaves out (443) would be lost.
  const plainUrl = allowHttp || isLoopback(url.hostname) ? new URL(`http://${address}`) : undefined;
  return { url, plainUrl };
}
