import { isAbsolute } from 'node:path';
import { LarderError } from '../domain/errors.ts';
import { defaultStoreDir } from '../engine/store/default-dir.ts';
import type { Environment } from '../environment.ts';

/**
 * The directory of the store.
 * @param path the setting `larder.store.path`
 * @throws LarderError E_USAGE when it is relative (relative to what?), or when there is no default
 */
export function storeRoot(path: string, { platform, env }: Pick<Environment, 'platform' | 'env'>): string {
  if (path === '') return defaultStoreDir(platform, env);
  if (isAbsolute(path)) return path;
  throw new LarderError(
    'E_USAGE',
    `The setting larder.store.path is ${path}, which is not an absolute path; write one, or leave it empty.`,
  );
}
