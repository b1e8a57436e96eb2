import { LarderError } from '../../domain/errors.ts';
import { userDirectory } from '../user-directory.ts';

/**
 * Where the store is when nobody says otherwise: the platform's directory for data, which every window and the command
 * line of one user share.
 * @param platform `process.platform`
 * @throws LarderError E_USAGE when the environment names no home directory
 */
export function defaultStoreDir(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const directory = userDirectory('data', platform, env);
  if (directory !== undefined) return directory;
  throw new LarderError(
    'E_USAGE',
    'The environment names no home directory, so there is no default store; say where it is with --dir or larder.store.path.',
  );
}
