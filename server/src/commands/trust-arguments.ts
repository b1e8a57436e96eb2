import { isAbsolute } from 'node:path';
import type { InspectKeysArguments, KeyScope, TrustArguments } from '../protocol.ts';
import { MAX_TEXT, record, usage } from './arguments.ts';
import type { Loose } from './arguments.ts';

/** More than any armored key needs, even one that many have certified. Characters. */
const MAX_ARMORED = 1 << 21;

/** @throws LarderError E_USAGE */
export function parseInspectKeysArguments(value: unknown): InspectKeysArguments {
  const argument = record(value);
  const { key } = argument;
  if (key === undefined) return { scope: scopeOf(argument) };
  if (typeof key !== 'string' || key.length > MAX_TEXT || !(isUrl(key) || isAbsolute(key))) {
    throw usage('`key` must be an https URL or an absolute path');
  }
  return { scope: scopeOf(argument), key };
}

/** @throws LarderError E_USAGE */
export function parseTrustArguments(value: unknown): TrustArguments {
  const argument = record(value);
  const { fingerprint, armored } = argument;
  if (typeof fingerprint !== 'string' || !/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(fingerprint)) {
    throw usage('`fingerprint` must be a whole fingerprint in lower-case hexadecimal');
  }
  if (typeof armored !== 'string' || armored.length > MAX_ARMORED) {
    throw usage(`\`armored\` must be a text of at most ${MAX_ARMORED} characters`);
  }
  return { scope: scopeOf(argument), fingerprint, armored };
}

/** Nothing at all is not all images: that must be said. */
function scopeOf({ scope }: Loose): KeyScope {
  if (scope === null || (typeof scope === 'string' && scope.length <= MAX_TEXT)) return scope;
  throw usage('`scope` must be the beginning of image names, or null for all images');
}

function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}
