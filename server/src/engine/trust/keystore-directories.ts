import { join } from 'node:path';
import { userDirectory } from '../user-directory.ts';

/** Where trusted keys are. Each directory has the layout of rkt's `trustedkeys`. */
export interface KeystoreDirectories {
  /** Only read: the distribution's keys, then the administrator's. A later directory has the last word. */
  readonly system: readonly string[];
  /**
   * This user's own, where Larder writes; it has the last word of all. Undefined when the environment names no home
   * directory: images that the system's keys have signed can be fetched without one.
   */
  readonly local: string | undefined;
}

/** What rkt reads (its "Configuration", Paths): a machine that trusts keys for rkt trusts them for Larder. */
const RKT = ['/usr/lib/rkt/trustedkeys', '/etc/rkt/trustedkeys'] as const;

/**
 * The trusted keys of this machine and this user.
 * @param platform `process.platform`
 */
export function keystoreDirectories(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): KeystoreDirectories {
  const config = userDirectory('config', platform, env);
  return {
    system: platform === 'win32' ? [] : RKT,
    local: config && join(config, 'trustedkeys'),
  };
}
