import type { Node } from 'jsonc-parser';
import { LarderError } from '../errors.ts';
import { quote } from '../quote.ts';
import { isRegistryHost, parseReference } from '../reference.ts';
import type { DockerReference } from '../reference.ts';
import type { Report } from './policy-problem.ts';
import { KEY_TYPES } from './policy-shapes.ts';

/**
 * Judges a text. containers/image takes some empty ones and null for an absent key; nothing can be checked with those, so here
 * they are refused.
 * @param wrong what is wrong with it, in one sentence
 */
export function judgeText(
  wrong?: (text: string) => string | undefined,
): (value: Node, owner: string, report: Report) => void {
  return (value, owner, report) => {
    const text = value.type === 'string' ? String(value.value) : undefined;
    const message =
      text === undefined
        ? `${owner} must be a text.`
        : text === ''
          ? `${owner} must not be empty.`
          : wrong?.(text);
    if (message !== undefined) report(value, message);
  };
}

export function wrongKeyType(text: string): string | undefined {
  if (Object.hasOwn(KEY_TYPES, text)) return undefined;
  return `${quote(text)} is no kind of key: "keyType" must be one of ${Object.keys(KEY_TYPES).map(quote).join(', ')}.`;
}

/** RFC 4648 §4 with its padding; line breaks in between are skipped, as encoding/base64 of Go does. */
export function wrongBytes(text: string): string | undefined {
  const digits = text.replace(/[\r\n]/g, '');
  const isBase64 = digits.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(digits);
  return isBase64 && digits !== '' ? undefined : `${quote(text)} is not base64.`;
}

export function wrongReference(text: string): string | undefined {
  const read = parsed(text);
  if (typeof read === 'string') return read;
  if (read.tag !== undefined || read.digest !== undefined) return undefined;
  return `${quote(text)} must have a tag or a digest.`;
}

export function wrongRepository(text: string): string | undefined {
  const read = parsed(text);
  return typeof read === 'string' ? read : undefined;
}

/** `validateIdentityRemappingPrefix`: a host, or a name that begins with one. */
export function wrongPrefix(text: string): string | undefined {
  const [host = '', ...rest] = text.split('/');
  const fits =
    isRegistryHost(host) &&
    (rest.length === 0 || typeof parsed(`host.invalid/${rest.join('/')}`) !== 'string');
  // A tag or a digest would be read as a part of the reference.
  if (fits && !/[:@]/.test(rest.join('/'))) return undefined;
  return `${quote(text)} must be a host or a name that begins with one, without tag and digest.`;
}

function parsed(text: string): DockerReference | string {
  try {
    return parseReference(text);
  } catch (error) {
    if (!(error instanceof LarderError)) throw error;
    // The sentence says which part is wrong.
    return error.message;
  }
}
