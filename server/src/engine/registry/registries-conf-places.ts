import { posix, win32 } from 'node:path';

/** A registries.conf and the directory of its drop-ins. */
export interface RegistriesConfPlace {
  readonly file: string;
  readonly dropIns: string;
}

/** Where registries.conf may be. */
export interface RegistriesConfPlaces {
  /** The file that somebody named: it has to be there, and stands in the place of the others, but not of their drop-ins. */
  readonly named: string | undefined;
  /** This user's; undefined when the environment names no home directory. */
  readonly user: RegistriesConfPlace | undefined;
  /** The machine's; undefined on Windows, which has no place for it. */
  readonly system: RegistriesConfPlace | undefined;
}

/**
 * Where containers/image looks (containers-registries.conf.d(5)), so that Larder asks as podman, skopeo and CRI-O do.
 * @param platform `process.platform`
 * @param override path of a file by flag or setting; '' for none: then `$CONTAINERS_REGISTRIES_CONF` may name one
 */
export function registriesConfFiles(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  override: string,
): RegistriesConfPlaces {
  const windows = platform === 'win32';
  const paths = windows ? win32 : posix;
  const home = env[windows ? 'USERPROFILE' : 'HOME'] ?? '';
  const placeIn = (directory: string): RegistriesConfPlace => ({
    file: paths.join(directory, 'registries.conf'),
    dropIns: paths.join(directory, 'registries.conf.d'),
  });
  return {
    named: override || env['CONTAINERS_REGISTRIES_CONF'] || undefined,
    user: paths.isAbsolute(home) ? placeIn(paths.join(home, '.config', 'containers')) : undefined,
    system: windows ? undefined : placeIn('/etc/containers'),
  };
}
