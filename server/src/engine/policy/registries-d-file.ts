import { isAlias, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Node } from 'yaml';
import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';

/** A namespace of the key `docker`, or null for `default-docker`. */
export type Namespace = string | null;

/**
 * Reads one file of registries.d. Keys that are not known are passed over, as the containers tools do.
 * @returns where the signatures of each namespace are; '' where it does not say
 * @throws LarderError E_CONFIG
 */
export function parseRegistriesD(text: string, file: string): Map<Namespace, string> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const refuse = (why: string, offset = 0): LarderError =>
    invalid(file, `in its line ${lines.linePos(offset).line}, ${why}`);
  const [error] = document.errors;
  if (error !== undefined) throw refuse(`it is no YAML (${error.message})`, error.pos[0]);

  /** The entries of a mapping; none where nothing stands. */
  const entriesOf = (written: unknown, what: string): [string, unknown][] => {
    const node = isAlias(written) ? written.resolve(document) : written;
    if (node === null || node === undefined || (isScalar(node) && node.value === null)) return [];
    if (!isMap(node)) throw refuse(`${what} is not a mapping`, offsetOf(node));
    return node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : '', value]);
  };
  const lookasideIn = (node: unknown, what: string): string => {
    const entries = new Map(entriesOf(node, what));
    // The older name counts only where the newer one says nothing.
    for (const name of ['lookaside', 'sigstore']) {
      const value = entries.get(name);
      if (value === undefined) continue;
      const written = isScalar(value) ? value.value : undefined;
      if (written !== null && typeof written !== 'string') {
        throw refuse(`${quote(name)} of ${what} is no text`, offsetOf(value));
      }
      if (written) return written;
    }
    return '';
  };

  const places = new Map<Namespace, string>();
  for (const [key, value] of entriesOf(document.contents, 'the file')) {
    if (key === 'default-docker') places.set(null, lookasideIn(value, quote(key)));
    if (key !== 'docker') continue;
    for (const [namespace, place] of entriesOf(value, quote(key))) {
      places.set(namespace, lookasideIn(place, quote(namespace)));
    }
  }
  return places;
}

function offsetOf(node: unknown): number {
  return (node as Node | null | undefined)?.range?.[0] ?? 0;
}

/** A file of registries.d that cannot be followed. */
export function invalid(file: string, why: string): LarderError {
  return new LarderError(
    'E_CONFIG',
    `The places of signatures in ${quote(file)} are not valid, so that no signature is looked for: ${why}; correct the file.`,
  );
}
