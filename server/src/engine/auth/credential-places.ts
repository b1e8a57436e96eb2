import { posix, win32 } from 'node:path';
import type { Host } from '../host.ts';
import { errnoOf } from '../store/store-error.ts';
import { userDirectory } from '../user-directory.ts';
import { credentialError } from './credential-error.ts';

/** The files and directories that may hold credentials, absolute, whether or not they are there. */
export interface CredentialPlaces {
  /** Containers' files, the first first (containers-auth.json(5)). */
  readonly authJson: readonly string[];
  /** Docker's file; undefined when the environment names no home directory. */
  readonly dockerConfig: string | undefined;
  /** rkt's `auth.d` directories; a later one has the last word. */
  readonly rktAuth: readonly string[];
}

/** What rkt reads (its "Configuration"): system, then local. Its user directory is none unless a flag names one. */
const RKT = ['/usr/lib/rkt/auth.d', '/etc/rkt/auth.d'] as const;

type Env = Host['env'];

/**
 * Where the credentials of this user are looked for.
 * @param platform `process.platform`
 * @throws LarderError E_CREDENTIALS when a variable of the environment names a place that cannot be found
 */
export async function credentialPlaces(
  { fs, env }: Pick<Host, 'fs' | 'env'>,
  platform: NodeJS.Platform,
): Promise<CredentialPlaces> {
  const paths = pathsOf(platform);
  const config = userDirectory('config', platform, env);
  return {
    authJson: await authJsonFiles(fs, env, platform),
    dockerConfig: dockerConfigPath(platform, env),
    rktAuth: [
      ...(platform === 'win32' ? [] : RKT),
      ...(config === undefined ? [] : [paths.join(config, 'auth.d')]),
    ],
  };
}

/** @throws LarderError E_CREDENTIALS */
export function dockerConfigPath(platform: NodeJS.Platform, env: Env): string | undefined {
  const paths = pathsOf(platform);
  const directory = named('DOCKER_CONFIG', platform, env);
  if (directory !== undefined) return paths.join(directory, 'config.json');
  const home = homeOf(platform, env);
  return home && paths.join(home, '.docker', 'config.json');
}

async function authJsonFiles(fs: Host['fs'], env: Env, platform: NodeJS.Platform): Promise<string[]> {
  const file = named('REGISTRY_AUTH_FILE', platform, env);
  if (file !== undefined) return [file];
  const paths = pathsOf(platform);
  const absolute = (path = ''): string | undefined => (paths.isAbsolute(path) ? path : undefined);
  const home = homeOf(platform, env);
  const config = absolute(env['XDG_CONFIG_HOME']) ?? (home && paths.join(home, '.config'));
  const runtime = platform === 'linux' ? await runtimeFile(fs, absolute(env['XDG_RUNTIME_DIR'])) : undefined;
  const later = config && paths.join(config, 'containers', 'auth.json');
  return [runtime, later].filter((path) => path !== undefined);
}

/** @param directory XDG_RUNTIME_DIR; without it containers' tools use a directory that is named after the user */
async function runtimeFile(fs: Host['fs'], directory: string | undefined): Promise<string | undefined> {
  if (directory !== undefined) return posix.join(directory, 'containers', 'auth.json');
  try {
    // Linux tells whose this process is.
    const { uid } = await fs.stat('/proc/self');
    return `/run/containers/${uid}/auth.json`;
  } catch (error) {
    // Some containers have no /proc, and then no such directory either.
    if (errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

/** A variable that somebody has set on purpose, so that it is not passed over when it is wrong. */
function named(name: string, platform: NodeJS.Platform, env: Env): string | undefined {
  const path = env[name] ?? '';
  if (path === '') return undefined;
  if (pathsOf(platform).isAbsolute(path)) return path;
  throw credentialError('look for credentials', `${name} is not an absolute path`, 'correct it, or unset it');
}

function homeOf(platform: NodeJS.Platform, env: Env): string | undefined {
  const home = env[platform === 'win32' ? 'USERPROFILE' : 'HOME'] ?? '';
  return pathsOf(platform).isAbsolute(home) ? home : undefined;
}

function pathsOf(platform: NodeJS.Platform): typeof posix {
  return platform === 'win32' ? win32 : posix;
}
