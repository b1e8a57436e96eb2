import { posix, win32 } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

interface Place {
  /** XDG Base Directory Specification, which has relative values ignored. */
  readonly xdg: string;
  readonly home: readonly string[];
  readonly windows: string;
  readonly profile: readonly string[];
}

/** What programs make, and what users decide. On Windows the latter follows the user from machine to machine. */
const PLACES = {
  data: {
    xdg: 'XDG_DATA_HOME',
    home: ['.local', 'share'],
    windows: 'LOCALAPPDATA',
    profile: ['AppData', 'Local'],
  },
  config: {
    xdg: 'XDG_CONFIG_HOME',
    home: ['.config'],
    windows: 'APPDATA',
    profile: ['AppData', 'Roaming'],
  },
} as const satisfies Record<string, Place>;

/**
 * The platform's directory for files of one user and this program.
 *
 * - Linux and others: `$XDG_DATA_HOME/larder`, else `~/.local/share/larder`; `$XDG_CONFIG_HOME/larder`, else `~/.config/larder`
 * - macOS: `~/Library/Application Support/larder`
 * - Windows: `%LOCALAPPDATA%\larder`; `%APPDATA%\larder`
 *
 * @param platform `process.platform`
 * @returns undefined when the environment names no home directory
 */
export function userDirectory(
  kind: keyof typeof PLACES,
  platform: NodeJS.Platform,
  env: Environment,
): string | undefined {
  const place: Place = PLACES[kind];
  const paths = platform === 'win32' ? win32 : posix;
  const absolute = (directory = ''): string | undefined =>
    paths.isAbsolute(directory) ? directory : undefined;
  const below = (directory: string | undefined, names: readonly string[]): string | undefined =>
    directory && paths.join(directory, ...names, 'larder');

  if (platform === 'win32') {
    return below(absolute(env[place.windows]), []) ?? below(absolute(env['USERPROFILE']), place.profile);
  }
  const home = absolute(env['HOME']);
  if (platform === 'darwin') return below(home, ['Library', 'Application Support']);
  return below(absolute(env[place.xdg]), []) ?? below(home, place.home);
}
