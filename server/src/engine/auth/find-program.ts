import { posix, win32 } from 'node:path';
import type { Host } from '../host.ts';
import { errnoOf } from '../store/store-error.ts';

/** What Windows can run without a shell; scripts need one. */
const RUNNABLE: readonly string[] = ['.exe', '.com'];

/** A drive or a share: `\tools` depends on the current drive. */
const FULL_WINDOWS = /^(?:[a-z]:[\\/]|\\\\)/i;

/**
 * Looks for a program in the directories of PATH. Only absolute ones count: others depend on where the process happens to be, and
 * what lies in a folder that somebody opened must not be run.
 * @param platform `process.platform`
 * @returns its absolute path
 */
export async function findProgram(
  { fs, env }: Pick<Host, 'fs' | 'env'>,
  platform: NodeJS.Platform,
  name: string,
): Promise<string | undefined> {
  const windows = platform === 'win32';
  const directories = windows ? windowsPath(env) : posixPath(env);
  const paths = windows ? win32 : posix;
  for (const directory of directories) {
    for (const file of windows ? windowsNames(name) : [name]) {
      const path = paths.join(directory, file);
      if (await isProgram(fs, path)) return path;
    }
  }
  return undefined;
}

function posixPath(env: Host['env']): string[] {
  return (env['PATH'] ?? '').split(':').filter((entry) => entry.startsWith('/'));
}

function windowsPath(env: Host['env']): string[] {
  // Its name has any case there, and a copy of the environment minds the case.
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const entries = (env[name] ?? '').split(';').map((entry) => entry.replace(/^"(.*)"$/, '$1'));
  return entries.filter((entry) => FULL_WINDOWS.test(entry));
}

function windowsNames(name: string): string[] {
  return RUNNABLE.includes(win32.extname(name).toLowerCase())
    ? [name]
    : RUNNABLE.map((extension) => name + extension);
}

async function isProgram(fs: Host['fs'], path: string): Promise<boolean> {
  try {
    await fs.access(path, fs.constants.X_OK);
    return (await fs.stat(path)).isFile();
  } catch (error) {
    // Not there, or not for this user: another directory may have it.
    if (errnoOf(error) !== undefined) return false;
    throw error;
  }
}
