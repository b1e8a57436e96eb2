import { LarderError } from '../../domain/errors.ts';
import type { Credential, FoundCredential } from '../auth/credential.ts';
import type { Host } from '../host.ts';
import { discard } from '../http/body.ts';
import type { HttpClient } from '../http/http-client.ts';
import { headerOf } from '../http/message.ts';
import { Authorization } from './authorization.ts';
import { parseChallenges } from './challenge.ts';
import { registryEndpoint } from './endpoint.ts';
import type { RegistryParts } from './registry-client.ts';

/**
 * Tries whether a registry takes a credential (distribution-spec, "Determining Support": `GET /v2/`). One that asks for none takes any.
 * @param registry `HOST[:PORT]`
 * @param origin where the credential is from, for messages
 * @throws LarderError E_AUTH_REFUSED when it does not; E_AUTH_REALM, E_BLOCKED or what can happen on the way
 */
export async function checkCredential(
  host: Host,
  http: HttpClient,
  { tokenServers, routes }: RegistryParts,
  { registry, credential, origin }: { registry: string; credential: Credential; origin: string },
  signal: AbortSignal,
): Promise<void> {
  const use = { isMade: false };
  const find = (): Promise<FoundCredential> => {
    use.isMade = true;
    return Promise.resolve({ credential, origin });
  };
  const credentials = { find, forget: () => undefined };
  const authorization = new Authorization(host, http, { credentials, tokenServers });
  // Of any repository: all that matters is how the registry is spoken to.
  const source = (await routes({ registry, repository: 'any' }, undefined)).at(-1);
  const place = { registry, repository: '', insecure: source?.registry === registry && source.insecure };
  const errand = {
    ...registryEndpoint(place, '', http.allowHttp || place.insecure),
    unverified: place.insecure,
    doing: `sign in to ${registry}`,
    signal,
    method: 'GET',
    redirects: 'follow',
    denied: () => authorization.denial(place),
  } as const;
  const response = await http.send({ ...errand, expect: [200, 401] });
  if (response.status === 200) {
    discard(response.body);
    return;
  }
  const challenges = parseChallenges(headerOf(response, 'www-authenticate') ?? '');
  const pass = await authorization.answer(place, challenges, response.url, undefined);
  if (pass === undefined) throw await http.statusError(response, errand);
  discard(response.body);
  const answer = await http.send({
    ...errand,
    headers: { authorization: pass.header },
    confidential: pass.isSecret,
    expect: [200, 401],
  });
  if (answer.status === 401) {
    const denied = await http.statusError(answer, errand);
    throw authorization.refusal(place, pass) ?? denied;
  }
  discard(answer.body);
  if (use.isMade) return;
  const { code, why, next } = authorization.denial(place);
  throw new LarderError(code, `Larder could not sign in to ${registry}: ${why}; ${next}.`);
}
