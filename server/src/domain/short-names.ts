import { LarderError } from './errors.ts';
import type { ShortNameAlias } from './image.ts';
import { parseReference } from './reference.ts';

/** From short names to full ones, neither with a tag or a digest. */
export type ShortNames = ReadonlyMap<string, string>;

/** A name, and then a tag and a digest: the colon of a port has a slash after it. */
const PARTS = /^([^@]*?)((?::[^:/@]*)?(?:@.*)?)$/s;

/**
 * Writes an image's short name out (containers-registries.conf(5), "SHORT-NAME ALIASING"): with the alias
 * `nginx` → `quay.io/team/nginx`, `nginx:1.27` becomes `quay.io/team/nginx:1.27`.
 * @param text as it is written, perhaps with a tag and a digest
 * @returns undefined for whatever names its registry, has no alias, or is no reference at all: it is meant as it is
 */
export function resolveShortName(
  text: string,
  aliases: ShortNames,
): { readonly text: string; readonly alias: ShortNameAlias } | undefined {
  const [, name = '', version = ''] = PARTS.exec(text) ?? [];
  const target = aliases.get(name);
  if (target === undefined || !isShortName(name)) return undefined;
  return { text: target + version, alias: { name, target } };
}

/** Whether a text is a repository and nothing else: no registry before it, no tag or digest after it. */
export function isShortName(text: string): boolean {
  return isBare(text) && !namesRegistry(text);
}

/** Whether a text is a repository with its registry before it, without a tag or a digest. */
export function isFullName(text: string): boolean {
  return isBare(text) && namesRegistry(text);
}

function isBare(text: string): boolean {
  try {
    const { tag, digest } = parseReference(text);
    return tag === undefined && digest === undefined;
  } catch (error) {
    // What is no reference is neither name.
    if (error instanceof LarderError) return false;
    throw error;
  }
}

/** As docker tells a host from the first part of a path (distribution/reference, `splitDockerDomain`). */
function namesRegistry(text: string): boolean {
  const [first = '', ...path] = text.split('/');
  return path.length > 0 && (first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase());
}
