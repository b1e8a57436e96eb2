import type { Host } from '../host.ts';
import { findProgram } from './find-program.ts';

/**
 * The credential helper that docker takes when nobody has chosen one and no credentials are kept yet: the keychain of the platform,
 * if its helper is installed (docker's cli/config/credentials).
 * @param platform `process.platform`
 * @returns without `docker-credential-`; undefined when there is none, so that credentials are kept in the file
 */
export async function defaultHelper(
  host: Pick<Host, 'fs' | 'env'>,
  platform: NodeJS.Platform,
): Promise<string | undefined> {
  const name = await platformHelper(host, platform);
  if (name === undefined) return undefined;
  return (await findProgram(host, platform, `docker-credential-${name}`)) === undefined ? undefined : name;
}

async function platformHelper(
  host: Pick<Host, 'fs' | 'env'>,
  platform: NodeJS.Platform,
): Promise<string | undefined> {
  switch (platform) {
    case 'darwin':
      return 'osxkeychain';
    case 'win32':
      return 'wincred';
    case 'linux':
      return (await findProgram(host, platform, 'pass')) === undefined ? 'secretservice' : 'pass';
    default:
      return undefined;
  }
}
