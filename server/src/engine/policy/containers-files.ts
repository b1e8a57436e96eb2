import { join } from 'node:path';
import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import type { Host } from '../host.ts';
import { errnoOf } from '../store/store-error.ts';

const SYSTEM = '/etc/containers';

/** The user's home directory; undefined when the environment names none. */
export function homeOf({ env }: Pick<Host, 'env'>): string | undefined {
  const home = env['HOME'] ?? env['USERPROFILE'];
  return home === '' ? undefined : home;
}

/**
 * Where a file or directory of the containers tools is: `$HOME/.config/containers/NAME` if that exists, else
 * `/etc/containers/NAME`, which may not exist. They do not look at XDG_CONFIG_HOME for these (containers-policy.json(5),
 * containers-registries.d(5)).
 * @throws LarderError E_CONFIG when nobody can say: the system's may be laxer than the user's
 */
export async function containersFile(host: Pick<Host, 'env' | 'fs'>, name: string): Promise<string> {
  const system = join(SYSTEM, name);
  const home = homeOf(host);
  if (home === undefined) return system;
  const own = join(home, '.config/containers', name);
  try {
    await host.fs.stat(own);
    return own;
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return system;
    if (code === undefined) throw error;
    throw unreadable(own, `the system answered ${code}`, error);
  }
}

/** What is configured there is not known, so nothing may be done in its place. */
export function unreadable(path: string, why: string, cause?: unknown): LarderError {
  return new LarderError(
    'E_CONFIG',
    `Larder could not read ${quote(path)}, which decides about images: ${why}; make it readable or remove it.`,
    cause,
  );
}
