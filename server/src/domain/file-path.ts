import { LarderError } from './errors.ts';
import { quote } from './quote.ts';

/**
 * Paths without node:path, for POSIX and Windows alike: which of the two it is shows in the base directory, so that a
 * test on one can hold the other.
 */
const DRIVE = /^[A-Za-z]:/;

/** Whether an absolute path is a Windows one: `C:\…` or `\\server\share\…`. */
function isWindows(absolute: string): boolean {
  return DRIVE.test(absolute) || absolute.startsWith('\\\\');
}

/** Whether an image argument is a path: it starts with `/`, `./`, `../` or a Windows drive, or ends in `.aci`. */
export function looksLikePath(text: string): boolean {
  return /^(?:\.{0,2}[/\\]|[A-Za-z]:[\\/])/.test(text) || text.endsWith('.aci');
}

/**
 * An absolute path without `.`, `..` and repeated separators.
 * @param cwd absolute directory that relative paths start from
 */
export function resolvePath(cwd: string, path: string): string {
  const windows = isWindows(cwd);
  const split = (text: string): string[] => text.split(windows ? /[\\/]+/ : /\/+/);
  const [root, rest] = windows
    ? windowsRoot(cwd, path)
    : (['/', path.startsWith('/') ? path : `${cwd}/${path}`] as const);
  const parts: string[] = [];
  for (const part of split(rest)) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return root + parts.join(windows ? '\\' : '/');
}

/** The root an absolute Windows path hangs on, and what comes under it. */
function windowsRoot(cwd: string, path: string): [string, string] {
  const own = rootOf(path);
  if (own !== undefined) return own;
  const [root, rest] = rootOf(cwd) ?? ['\\', cwd];
  return [root, /^[\\/]/.test(path) ? path : `${rest}\\${path}`];
}

function rootOf(path: string): [string, string] | undefined {
  const match = /^(?:[A-Za-z]:[\\/]|\\\\[^\\/]+[\\/][^\\/]+(?:[\\/]|$))/.exec(path);
  if (match === null) return undefined;
  const root = match[0].replaceAll('/', '\\');
  return [root.endsWith('\\') ? root : `${root}\\`, path.slice(match[0].length)];
}

/** The `file://` URL of an absolute path (RFC 8089). */
export function fileUrl(absolute: string): string {
  const windows = isWindows(absolute);
  const unc = windows && absolute.startsWith('\\\\');
  const slashed = windows ? absolute.replaceAll('\\', '/') : absolute;
  const url = new URL(unc ? `file:${slashed.split('/', 3).join('/')}` : 'file:///');
  const path = unc ? slashed.slice(slashed.indexOf('/', 2)) : slashed;
  // The URL parser drops tabs and newlines, reads a backslash as a slash and `C|` as a drive, and leaves a percent sign as it is.
  url.pathname = path.replace(/[%\\|\n\r\t]/g, (character) => encodeURIComponent(character));
  return url.href;
}

/**
 * The absolute path that a `file://` URL names; the fragment is dropped.
 * @param cwd tells POSIX from Windows
 * @throws LarderError E_REF
 */
export function pathOfFileUrl(text: string, cwd: string): string {
  const refuse = (why: string): LarderError =>
    new LarderError('E_REF', `${quote(text)} is not a file: ${why}.`);
  if (!/^file:\/\//i.test(text) || !URL.canParse(text)) throw refuse('a file URL is written file:///path');
  const url = new URL(text);
  if (url.search !== '') throw refuse('a file URL has no query, so "?" in a path is written %3F');
  const path = decode(url.pathname);
  if (path === undefined) throw refuse('its percent-encoding is broken');
  const onWindows = isWindows(cwd);
  if ((onWindows ? /%2f|%5c|%00/i : /%2f|%00/i).test(url.pathname)) {
    throw refuse('a path cannot contain an encoded separator or NUL');
  }
  if (url.hostname !== '') {
    if (!onWindows) throw refuse(`it is on another host, ${quote(url.hostname)}`);
    return resolvePath(cwd, `\\\\${url.hostname}${path}`);
  }
  if (onWindows && !/^\/[A-Za-z]:/.test(path)) throw refuse('it names no drive');
  return resolvePath(cwd, onWindows ? path.slice(1) : path);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // decodeURIComponent says "malformed" by throwing; anything else is not ours to judge.
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
