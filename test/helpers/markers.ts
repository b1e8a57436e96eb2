/** A piece of a fixture between `«label|` and `»`, and where it stands once the markers are gone. */
export interface Mark {
  readonly label: string;
  readonly text: string;
  readonly span: { readonly start: number; readonly end: number };
}

const MARK = /«(\w+)\|([^»]*)»/g;

/**
 * Takes the markers out of a fixture: `image: «image|nginx»` gives the text `image: nginx` and the mark `image` around
 * `nginx`. An empty mark (`«caret|»`) is a position.
 */
export function readMarkers(marked: string): { text: string; marks: Mark[] } {
  const marks: Mark[] = [];
  let text = '';
  let last = 0;
  for (const match of marked.matchAll(MARK)) {
    const [whole, label = '', inside = ''] = match;
    text += marked.slice(last, match.index);
    marks.push({ label, text: inside, span: { start: text.length, end: text.length + inside.length } });
    text += inside;
    last = match.index + whole.length;
  }
  return { text: text + marked.slice(last), marks };
}
