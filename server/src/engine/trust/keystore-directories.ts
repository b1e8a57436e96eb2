import { userDirectory } from '../user-directory.ts';
import { join } from 'node:path';
import { LarderError } from '../../domain/errors.ts';

/** Where trusted keys are. Each directory has the layout of rkt's `trustedkeys`. */
export interface KeystoreDirectories {
  /** Only read: the distribution's keys, then the administrator's. A later directory has the last word. */
  readonly system: readonly string[];
  /** This user's own, where Larder writes; it has the last word of all. */
  readonly local: string;
}

/** What rkt reads (its "Configuration", Paths): a machine that trusts keys for rkt trusts them for Larder. */
const RKT = ['/usr/lib/rkt/trustedkeys', '/etc/rkt/trustedkeys'] as const;

/**
 * The trusted keys of this machine and this user.
 * @param platform `process.platform`
 * @throws LarderError E_USAGE when the environment names no home directory
 */
export function keystoreDirectories(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): KeystoreDirectories {
  const config = userDirectory('config', platform, env);
  if (config === undefined) {
    throw new LarderError(
      'E_USAGE',
      'The environment names no home directory, so there is no place for trusted keys; set HOME or XDG_CONFIG_HOME.',
    );
  }
  return { system: platform === 'win32' ? [] : RKT, local: join(config, 'trustedkeys') };
}
