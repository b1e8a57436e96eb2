import type { Login } from '../engine/auth/credential-helper.ts';
import type { Host } from '../engine/host.ts';
import type { Insecure } from './options.ts';
import type { RegistrySettings } from './registry-flags.ts';

/** How a registry is asked. */
export interface LoginCheck {
  readonly insecure: Insecure;
  readonly registries: RegistrySettings;
  /** `process.platform` */
  readonly platform: NodeJS.Platform;
}

/**
 * Asks a registry whether it takes a user name and a password, as a fetch would.
 * @throws LarderError E_AUTH_REFUSED, and what can go wrong with a request
 */
export async function checkLogin(
  host: Host,
  { insecure, registries, platform }: LoginCheck,
  registry: string,
  login: Login,
  signal: AbortSignal,
): Promise<void> {
  const [{ HttpClient }, { openRegistries }, { checkCredential }] = await Promise.all([
    import('../engine/http/http-client.ts'),
    import('../engine/registry/registries.ts'),
    import('../engine/registry/registry-login.ts'),
  ]);
  const { parts, dispatchers } = openRegistries(host, { ...registries, platform, credentials: {} });
  try {
    const http = new HttpClient(host, { allowHttp: insecure.http, dispatchers });
    const given = { registry, credential: { kind: 'basic', ...login }, origin: 'what was typed' } as const;
    await checkCredential(host, http, parts, given, signal);
  } finally {
    await dispatchers.close();
  }
}
