import { isRecord } from '../registry/descriptor.ts';
import { credentialError } from './credential-error.ts';

/** What JSON.parse says about the place of an error. The rest of its message quotes the file, which holds secrets. */
const LINE = /\(line (\d+) column \d+\)$/;

/**
 * Reads a file of credentials.
 * @throws LarderError E_CREDENTIALS when it is no JSON object; nothing of the file is quoted
 */
export function parseJsonObject(text: string, path: string): Record<string, unknown> {
  const value = parse(text, path);
  if (!isRecord(value)) throw broken(path, 'it is not a JSON object');
  return value;
}

/** @param why as it reads after "could not use": no value of the file */
export function broken(path: string, why: string): Error {
  return credentialError(`use the credentials in ${path}`, why, 'correct the file, or sign in again');
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const line = LINE.exec(error instanceof Error ? error.message : '')?.[1];
    throw broken(path, `it is not valid JSON${line === undefined ? '' : `, in its line ${line}`}`);
  }
}
