import { requirementsFor } from '../../domain/policy/policy-scope.ts';
import type { DockerReference } from '../../domain/reference.ts';
import type { PolicyFile } from './policy-file.ts';
import { demandOf, scopeInWords } from './policy-words.ts';

/** What a policy has in store for an image. */
export interface PolicyForecast {
  /** Null when there is no policy. */
  readonly file: string | null;
  /** Which part of it decides: `default`, `scope "docker.io" of the transport "docker"`; '' where there is no policy. */
  readonly scope: string;
  readonly verdict: 'accept' | 'reject' | 'signature';
  /** A clause that says so, without a full stop. */
  readonly words: string;
}

/**
 * What ImagePolicy.check would do, as far as that can be said without the image: for `larder explain`. Asks no network.
 * @throws LarderError E_CONFIG
 */
export async function policyForecast(
  file: Pick<PolicyFile, 'read'>,
  asked: DockerReference,
): Promise<PolicyForecast> {
  const inForce = await file.read();
  if (inForce === null) {
    return {
      file: null,
      scope: '',
      verdict: 'accept',
      words: 'there is no image policy, so it need not be signed',
    };
  }
  const decision = requirementsFor(inForce.policy, exactReference(asked));
  const demands = decision.requirements.map(demandOf);
  const at = { file: inForce.path, scope: scopeInWords(decision) };
  const impossible = demands.find(({ kind }) => kind === 'impossible');
  if (impossible?.kind === 'impossible') return { ...at, verdict: 'reject', words: impossible.words };
  const wanted = demands.flatMap((demand) => (demand.kind === 'signature' ? [demand.words] : []));
  if (wanted.length > 0)
    return { ...at, verdict: 'signature', words: `it asks for ${wanted.join(', and for ')}` };
  return { ...at, verdict: 'accept', words: 'it accepts all images' };
}

/**
 * The name that policies and signatures are compared with. Where nobody named a version it is the tag that is fetched; a tag beside
 * a digest decides nothing, so a signature need not name it (as podman and CRI-O have it).
 */
export function exactReference({ registry, repository, tag, digest }: DockerReference): DockerReference {
  return digest === undefined
    ? { registry, repository, tag: tag ?? 'latest', digest }
    : { registry, repository, tag: undefined, digest };
}
