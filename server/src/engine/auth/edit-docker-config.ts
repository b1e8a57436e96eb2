import type { Host } from '../host.ts';
import { isRecord } from '../registry/descriptor.ts';
import { errnoOf } from '../store/store-error.ts';
import { parseAuthFile } from './auth-file.ts';
import type { AuthFile } from './auth-file.ts';
import { credentialError } from './credential-error.ts';
import { parseJsonObject } from './parse-json.ts';
import { ParsedFile } from './parsed-file.ts';
import { writePrivateFile } from './private-file.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Docker's config.json as it is now; an empty one where there is none.
 * @throws LarderError E_CREDENTIALS
 */
export async function readDockerConfig(fs: Host['fs'], path: string): Promise<AuthFile> {
  return (await new ParsedFile(fs, path, parseAuthFile).read()) ?? parseAuthFile('', path);
}

/**
 * Changes `auths` in docker's config.json, and writes the file as docker does. What else stands there stays.
 * @param more fields to set besides
 * @throws LarderError E_CREDENTIALS; a file that cannot be read is not written
 */
export async function editDockerConfig(
  host: Host,
  path: string,
  change: (auths: Fields) => Fields,
  more: Fields = {},
): Promise<void> {
  const file = (await new ParsedFile(host.fs, path, parseFields).read()) ?? {};
  const { auths = {} } = file;
  const changed = { ...file, auths: change(isRecord(auths) ? auths : {}), ...more };
  try {
    await writePrivateFile(host, path, JSON.stringify(changed, null, '\t'));
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    throw credentialError(
      `write ${path}`,
      `the system answered ${code}`,
      'check its directory and its owner',
    );
  }
}

/** All that docker itself would accept, so that nothing is thrown away as if it were none. */
function parseFields(text: string, path: string): Fields {
  parseAuthFile(text, path);
  return text.trim() === '' ? {} : parseJsonObject(text, path);
}
