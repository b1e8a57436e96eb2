import type { ManifestFormat } from './format.ts';
import type { DocumentContents, Manifest, ManifestDocument } from './manifest.ts';
import { readDocument } from './read-document.ts';
import { documentSpans, placeDocument } from './read-manifest.ts';

/** A document as last read: its contents with spans from its own start, and the same at the place it last had. */
interface CachedDocument {
  readonly contents: DocumentContents;
  placed: ManifestDocument;
}

interface CachedText {
  readonly text: string;
  readonly format: ManifestFormat;
  readonly manifest: Manifest;
  /** By the document's text, so that one that only moved is found again. */
  readonly documents: ReadonlyMap<string, CachedDocument>;
}

/**
 * Reads open files again and again while they are edited: only the YAML documents whose text changed are parsed, the others
 * are moved. It holds no more than the last text of each file and what was read from it. A document that has neither changed
 * nor moved is the same object as before.
 */
export class DocumentCache {
  readonly #texts = new Map<string, CachedText>();
  readonly #read: typeof readDocument;

  /** @param read reads one document; tests count its calls */
  constructor(read: typeof readDocument = readDocument) {
    this.#read = read;
  }

  /** The manifest of a file's current text. */
  read(uri: string, text: string, format: ManifestFormat): Manifest {
    const before = this.#texts.get(uri);
    const known = before?.format === format ? before : undefined;
    if (known?.text === text) return known.manifest;
    const documents = new Map<string, CachedDocument>();
    const manifest = {
      documents: documentSpans(text, format).map((span) => {
        const source = text.slice(span.start, span.end);
        let cached = documents.get(source) ?? known?.documents.get(source);
        if (cached === undefined) {
          const contents = this.#read(ownCopy(source), format);
          cached = { contents, placed: placeDocument(contents, span) };
        } else if (cached.placed.span.start !== span.start) {
          cached.placed = placeDocument(cached.contents, span);
        }
        documents.set(source, cached);
        return cached.placed;
      }),
    };
    this.#texts.set(uri, { text, format, manifest, documents });
    return manifest;
  }

  /** Drops a closed file. */
  forget(uri: string): void {
    this.#texts.delete(uri);
  }
}

/**
 * A slice keeps the whole text it was cut from alive, and the values read from it are slices again: without a copy of its own
 * each unchanged document would hold the version of the file it was first read in.
 */
function ownCopy(slice: string): string {
  return ` ${slice}`.slice(1);
}
