import { LarderError } from '../../domain/errors.ts';
import type { DockerReference } from '../../domain/reference.ts';
import { isLoopback } from '../http/loopback.ts';

/** A repository of a registry. */
export type Repository = Pick<DockerReference, 'registry' | 'repository'>;

/**
 * A URL of the registry API (distribution-spec, "Endpoints"): https, but plain http for a loopback host. There a registry
 * hardly ever has a certificate, and what cannot be listened to needs none.
 * @param path what follows the repository: `manifests/latest`
 * @param allowHttp plain http for every host
 * @throws LarderError E_REF when the host cannot be one: `a:99999`
 */
export function registryUrl({ registry, repository }: Repository, path: string, allowHttp = false): URL {
  const address = `https://${registry}/v2/${repository}/${path}`;
  if (!URL.canParse(address)) {
    throw new LarderError('E_REF', `${registry} is not the address of a registry; write HOST or HOST:PORT.`);
  }
  const url = new URL(address);
  if (!allowHttp && !isLoopback(url.hostname)) return url;
  // Not by setting the protocol: a port that https leaves out (443) would be lost.
  return new URL(`http://${registry}/v2/${repository}/${path}`);
}
