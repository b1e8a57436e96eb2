import { parseAppcName } from './appc-name.ts';
import { LarderError } from './errors.ts';
import { fileUrl, looksLikePath, pathOfFileUrl, resolvePath } from './file-path.ts';
import type { DockerImage, FileImage, HttpImage, IdImage, Image, NameImage, Platform } from './image.ts';
import { quote } from './quote.ts';
import { canonicalReference, parseReference } from './reference.ts';
import { resolveShortName } from './short-names.ts';
import type { ShortNames } from './short-names.ts';

/** What an argument is read against. */
export interface ImageBase {
  /** Absolute directory that relative paths start from. */
  readonly cwd: string;
  /** Gives appc names their default `os` and `arch`. */
  readonly platform: Platform;
  /** What docker's short names stand for (registries.conf); absent: they are Docker Hub's. */
  readonly aliases?: ShortNames | undefined;
}

/**
 * Reads an image argument of the command line (behaviour.md §1): a path, a URL, an image ID or an appc name.
 * @throws LarderError E_REF; E_PLATFORM when appc has no name for the platform
 */
export function parseImage(text: string, base: ImageBase): Image {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'https') return httpImage(text);
  if (/^docker:/i.test(text)) {
    return dockerImage(text.replace(/^docker:(?:\/\/)?/i, ''), base.aliases);
  }
  if (/^file:/i.test(text)) return fileImage(pathOfFileUrl(text, base.cwd));
  if (scheme !== undefined) {
    throw new LarderError(
      'E_REF',
      `${quote(text)} is not an image: the scheme ${quote(scheme)} is unknown; file, http, https and docker are known.`,
    );
  }
  if (text.includes('\0')) throw new LarderError('E_REF', `${quote(text)} is not an image: it contains NUL.`);
  if (looksLikePath(text)) return fileImage(resolvePath(base.cwd, text));
  if (text.startsWith('sha512-')) return idImage(text);
  return nameImage(text, base.platform);
}

/**
 * Reads an image as a manifest writes it: a docker reference in Kubernetes, a name or an image ID in an appc PodManifest.
 * @param aliases as in {@link ImageBase}
 * @throws LarderError E_REF; E_PLATFORM when appc has no name for the platform
 */
export function imageOfManifest(
  text: string,
  syntax: 'docker' | 'appc',
  platform: Platform,
  aliases?: ShortNames,
): Image {
  if (syntax === 'docker') return dockerImage(text, aliases);
  return text.startsWith('sha512-') ? idImage(text) : parseAppcName(text, platform);
}

function dockerImage(text: string, aliases: ShortNames | undefined): DockerImage {
  // Before the alias: what is wrong with a text is said of what was written.
  const written = parseReference(text);
  const resolved = aliases && resolveShortName(text, aliases);
  const reference = resolved === undefined ? written : parseReference(resolved.text);
  const image = { kind: 'docker', canonical: canonicalReference(reference), reference } as const;
  return resolved === undefined ? image : { ...image, alias: resolved.alias };
}

function fileImage(path: string): FileImage {
  return { kind: 'file', canonical: fileUrl(path), path };
}

function httpImage(text: string): HttpImage {
  if (!URL.canParse(text)) {
    throw new LarderError('E_REF', `${quote(withoutUser(text))} is not a URL that can be read.`);
  }
  const url = new URL(text);
  // The URL is the store's key and is shown everywhere, so a password in it would leak. To strip it in silence would
  // only move the failure to a 401 that nobody understands.
  if (url.username !== '' || url.password !== '') {
    throw new LarderError(
      'E_REF',
      `${quote(withoutUser(text))} was given with a user name or password, which are not allowed in an image's URL.`,
    );
  }
  url.hash = '';
  return { kind: 'http', canonical: url.href, url: url.href };
}

function withoutUser(url: string): string {
  return url.replace(/^([^:]*:[/\\]*)[^/\\?#]*@/, '$1');
}

function idImage(text: string): IdImage {
  if (!/^sha512-[0-9a-f]{10,128}$/.test(text)) {
    throw new LarderError(
      'E_REF',
      `${quote(text)} is not an image ID: it is "sha512-" and 10 to 128 lower-case hex digits.`,
    );
  }
  return { kind: 'id', canonical: text, id: text };
}

function nameImage(text: string, platform: Platform): NameImage {
  try {
    return parseAppcName(text, platform);
  } catch (error) {
    const docker = error instanceof LarderError && error.code === 'E_REF' ? dockerSpelling(text) : undefined;
    if (docker === undefined) throw error;
    throw new LarderError(
      'E_REF',
      `${quote(text)} is not an image name; for a registry write docker://${docker}.`,
      error,
    );
  }
}

/**
 * The text, where it is a docker reference too: most who forget `docker://` meant one. Not as docker would print it: where there are
 * aliases, that may be another image's short name.
 */
export function dockerSpelling(text: string): string | undefined {
  try {
    parseReference(text);
    return text;
  } catch (error) {
    // Not a reference either, so there is nothing better to suggest.
    if (error instanceof LarderError) return undefined;
    throw error;
  }
}
