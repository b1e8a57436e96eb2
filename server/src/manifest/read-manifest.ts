import type { ManifestFormat } from './format.ts';
import type { DocumentContents, Manifest, ManifestDocument, Span } from './manifest.ts';
import { readDocument } from './read-document.ts';
import { shiftPods, shiftProblems } from './shift.ts';
import { splitDocuments } from './split-documents.ts';

/** Reads a text for its pods and their images. Never throws: what cannot be read is left out. */
export function readManifest(text: string, format: ManifestFormat): Manifest {
  const documents = documentSpans(text, format).map((span) =>
    placeDocument(readDocument(text.slice(span.start, span.end), format), span),
  );
  return { documents };
}

/** The spans of a text's documents; a JSON text is one document. */
export function documentSpans(text: string, format: ManifestFormat): readonly Span[] {
  return format !== 'yaml' ? [{ start: 0, end: text.length }] : splitDocuments(text);
}

/** Puts what counts its spans from its document's start where the document stands. */
export function placeDocument(contents: DocumentContents, span: Span): ManifestDocument {
  const { pods, problems, ...others } = contents;
  return {
    ...others,
    span,
    pods: shiftPods(pods, span.start),
    problems: shiftProblems(problems, span.start),
  };
}
