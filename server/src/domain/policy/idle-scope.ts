import { LarderError } from '../errors.ts';
import { quote } from '../quote.ts';
import { DOCKER_HUB, isRegistryHost, parseReference } from '../reference.ts';
import { policyRepository } from './policy-scope.ts';

const EXPANDED = 'scopes are names in full, beginning with the host';

/**
 * One sentence about a scope of the docker transport under which no image can ever fall, undefined for all others. Such a
 * scope is valid, and what it requires is required of nothing.
 */
export function idleScope(scope: string): string | undefined {
  const why = scope === '' ? undefined : wrong(scope);
  return why && `No image falls under the scope ${quote(scope)}, so what it requires has no effect: ${why}.`;
}

function wrong(scope: string): string | undefined {
  if (/^\w[\w+.-]*:\/\//.test(scope)) return 'scopes are written without "://" and what is before it';
  const [host = '', ...rest] = scope.split('/');
  if (scope.includes('*')) {
    const isWildcard = rest.length === 0 && host.startsWith('*.') && /^[^*:]+$/.test(host.slice(2));
    return isWildcard && isRegistryHost(host.slice(2))
      ? undefined
      : 'a wildcard is "*." before a domain, as in "*.example.com", without port, path or another "*"';
  }
  if (host === DOCKER_HUB || host === 'index.docker.io') return 'Docker Hub is "docker.io" in a policy';
  if (!isRegistryHost(host) || !looksLikeHost(host)) {
    const meant = expanded(scope);
    return meant === '' ? `${quote(host)} is not a host name` : `${EXPANDED}${meant}`;
  }
  return rest.length === 0 ? undefined : wrongName(scope, host, rest.join('/'));
}

/** distribution/reference takes anything else before the first slash for a part of a repository on Docker Hub. */
function looksLikeHost(host: string): boolean {
  return host === 'localhost' || /[.:]/.test(host) || host !== host.toLowerCase();
}

/** The name that was meant, if it is one. */
function expanded(scope: string): string {
  try {
    const reference = parseReference(scope);
    return `, as in ${quote(policyRepository(reference) + version(reference))}`;
  } catch (error) {
    if (!(error instanceof LarderError)) throw error;
    // It is no name of an image in any form, so there is nothing to advise.
    return '';
  }
}

function wrongName(scope: string, host: string, name: string): string | undefined {
  try {
    // A host that stands for no other: names on Docker Hub may be namespaces here, with a single part.
    const { repository, tag, digest } = parseReference(`host.invalid/${name}`);
    if (tag !== undefined && digest !== undefined) return 'it has both a tag and a digest';
    if (host !== 'docker.io' || repository.includes('/') || (tag ?? digest) === undefined) return undefined;
    return `${EXPANDED}${expanded(scope)}`;
  } catch (error) {
    if (!(error instanceof LarderError)) throw error;
    // The part of its sentence that says why.
    return (
      /not an image reference: (?<why>.*)\.$/s.exec(error.message)?.groups?.['why'] ??
      'it is no name of an image'
    );
  }
}

function version({
  tag,
  digest,
}: {
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}): string {
  return digest === undefined ? (tag === undefined ? '' : `:${tag}`) : `@${digest}`;
}
