import { printable } from '../domain/quote.ts';
import type { ImageLabel } from '../protocol.ts';

/** As many hex digits of a digest as tell it from others. */
const DIGEST = /((?:sha256:|sha512[:-])[0-9a-f]{12})[0-9a-f]{20,}/g;

/** Of one behind a tag fewer do, as the tag tells most: the state that stands behind it must not be cut off. */
const PIN = /(:\w[\w.-]*@)sha(?:256|512):([0-9a-f]{7})[0-9a-f]{25,}/;

/** What is before the first slash is a host when it has a dot or a port, or is localhost (docker's rule; appc names are alike). */
const HOST = /^(localhost|[^/]*[.:][^/]*)\/(?=.)/;

/**
 * How an image is written where there is little room: what tells it from others first, without its host.
 * @param text a docker reference, an appc name or an image ID
 */
export function imageLabel(text: string): ImageLabel {
  const host = HOST.exec(text)?.[1] ?? null;
  const rest = host === null ? text : text.slice(host.length + 1);
  return {
    label: printable(text),
    short: printable(rest.replace(PIN, '$1$2…').replaceAll(DIGEST, '$1…')),
    host: host === null ? null : printable(host),
  };
}
