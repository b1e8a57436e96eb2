import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { LarderError } from '../domain/errors.ts';
import { checkCertificates } from '../engine/registry/check-pem.ts';
import { errnoOf } from '../engine/store/store-error.ts';

/**
 * Reads the certificate authorities of the setting `larder.registry.certificates`.
 * @param paths absolute
 * @returns PEM
 * @throws LarderError E_USAGE, E_FILE, E_CONFIG
 */
export async function readAuthorities(paths: readonly string[]): Promise<string[]> {
  return Promise.all(paths.map(readAuthority));
}

async function readAuthority(path: string): Promise<string> {
  if (!isAbsolute(path)) {
    throw new LarderError(
      'E_USAGE',
      `The setting larder.registry.certificates has ${path}, which is not an absolute path; write one.`,
    );
  }
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new LarderError(
      'E_FILE',
      `Larder could not read the certificates of larder.registry.certificates in ${path} (${errnoOf(error) ?? 'unknown'}); correct the path, or make it readable.`,
      error,
    );
  });
  checkCertificates(text, path);
  return text;
}
