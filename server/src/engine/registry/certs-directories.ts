import { posix, win32 } from 'node:path';

/**
 * The directories in which a directory named like a host holds what TLS with it needs: those of containers/image
 * (containers-certs.d(5)), then Docker's for a user and for the machine.
 * @param platform `process.platform`
 */
export function certsDirectories(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const windows = platform === 'win32';
  const paths = windows ? win32 : posix;
  const below = (root: string | undefined, ...names: readonly string[]): string[] =>
    root !== undefined && paths.isAbsolute(root) ? [paths.join(root, ...names, 'certs.d')] : [];
  const home = env[windows ? 'USERPROFILE' : 'HOME'];
  return [
    ...below(home, '.config', 'containers'),
    ...(windows ? [] : below('/etc/containers')),
    ...below(home, '.docker'),
    ...below(home, '.config', 'docker'),
    ...(windows ? below(env['PROGRAMDATA'], 'docker') : below('/etc/docker')),
  ];
}
