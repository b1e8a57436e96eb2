import { posix, win32 } from 'node:path';
import { LarderError } from '../../domain/errors.ts';

/**
 * Where the store is when nobody says otherwise: the platform's directory for data, which every window and the command
 * line of one user share.
 *
 * - Linux and others: `$XDG_DATA_HOME/larder`, else `~/.local/share/larder` (XDG Base Directory Specification, which has
 *   relative values ignored)
 * - macOS: `~/Library/Application Support/larder`
 * - Windows: `%LOCALAPPDATA%\larder`
 *
 * @param platform `process.platform`
 * @throws LarderError E_USAGE when the environment names no home directory
 */
export function defaultStoreDir(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (platform === 'win32') {
    const local = absolute(env['LOCALAPPDATA'], win32);
    return local === undefined
      ? win32.join(home(env['USERPROFILE'], win32), 'AppData', 'Local', 'larder')
      : win32.join(local, 'larder');
  }
  if (platform === 'darwin')
    return posix.join(home(env['HOME'], posix), 'Library', 'Application Support', 'larder');
  const data = absolute(env['XDG_DATA_HOME'], posix);
  return data === undefined
    ? posix.join(home(env['HOME'], posix), '.local', 'share', 'larder')
    : posix.join(data, 'larder');
}

function home(directory: string | undefined, paths: typeof posix): string {
  const found = absolute(directory, paths);
  if (found !== undefined) return found;
  throw new LarderError(
    'E_USAGE',
    'The environment names no home directory, so there is no default store; say where it is with --dir or larder.store.path.',
  );
}

function absolute(directory: string | undefined, paths: typeof posix): string | undefined {
  return directory !== undefined && paths.isAbsolute(directory) ? directory : undefined;
}
