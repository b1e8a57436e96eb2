import { dirname } from 'node:path';
import { LarderError } from '../../domain/errors.ts';
import type { Requirement } from '../../domain/policy/policy.ts';
import { quote } from '../../domain/quote.ts';
import type { Host } from '../host.ts';
import type { PolicyFile } from '../policy/policy-file.ts';
import { demandOf } from '../policy/policy-words.ts';

/** The transports of containers-policy.json(5) that archives are of. */
export type ArchiveTransport = 'docker-archive' | 'oci-archive' | 'oci';

export interface ArchiveOrigin {
  readonly transport: ArchiveTransport;
  /** Absolute. */
  readonly path: string;
}

/**
 * Has the image policy judge what comes from an archive, as skopeo does: by the scopes of its transport, else by the policy's
 * default. Archives hold no signatures, so what has to be signed is refused.
 * @throws LarderError E_POLICY, E_CONFIG
 */
export async function checkArchivePolicy(
  host: Pick<Host, 'fs'>,
  file: Pick<PolicyFile, 'read'>,
  { transport, path }: ArchiveOrigin,
): Promise<void> {
  const inForce = await file.read();
  if (inForce === null) return;
  const { policy } = inForce;
  const scopes = policy.transports.get(transport);
  const candidates = transport === 'docker-archive' ? [''] : [...scopesOf(await host.fs.realpath(path)), ''];
  const scope = candidates.find((candidate) => scopes?.has(candidate) === true);
  const requirements = (scope === undefined ? undefined : scopes?.get(scope)) ?? policy.default;
  const [why] = requirements.flatMap(refusalBy);
  if (why === undefined) return;
  throw new LarderError(
    'E_POLICY',
    `${path} was not imported: the image policy ${quote(inForce.path)}, whose ${words(transport, scope)} decides, ${why}; use another image, or ask whoever keeps the policy.`,
  );
}

function words(transport: ArchiveTransport, scope: string | undefined): string {
  if (scope === undefined) return 'default';
  return scope === ''
    ? `default for the transport ${quote(transport)}`
    : `scope ${quote(scope)} of the transport ${quote(transport)}`;
}

function refusalBy(requirement: Requirement): string[] {
  const demand = demandOf(requirement);
  switch (demand.kind) {
    case 'nothing':
      return [];
    case 'impossible':
      return [`does not accept it: ${demand.words}`];
    case 'signature':
      return [`asks for ${demand.words}, and archives hold no signatures`];
  }
}

/**
 * The path and the directories above it, but for the root, which the empty scope stands for (oci/layout/oci_transport.go,
 * `PolicyConfigurationNamespaces`).
 */
function scopesOf(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [path, ...scopesOf(above)];
}
