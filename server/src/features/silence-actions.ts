import { CodeActionKind } from 'vscode-languageserver';
import type { CodeAction, Range, TextEdit } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../domain/rules/index.ts';
import { DISABLE_FILE, DISABLE_LINE, DISABLE_NEXT_LINE } from '../domain/rules/silence.ts';
import type { Span } from '../manifest/manifest.ts';
import { SETTINGS } from '../settings/settings.ts';
import { toDiagnostic } from './diagnostics.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';

/** Actions that silence a rule, for the first finding of each rule: on its line, in its file, everywhere. */
export function silenceActions(
  snapshot: Snapshot,
  found: readonly Finding[],
  context: FeatureContext,
): CodeAction[] {
  const { document } = snapshot;
  const firsts = found.filter(({ rule }, i) => i === found.findIndex((other) => other.rule === rule));
  return firsts.flatMap((finding) => {
    const { rule, span } = finding;
    const common = {
      kind: CodeActionKind.QuickFix,
      diagnostics: [toDiagnostic(finding, snapshot, context)],
    };
    const silence = (where: string, edit: TextEdit): CodeAction => ({
      ...common,
      title: `Silence ${rule} ${where}`,
      edit: { changes: { [document.uri]: [edit] } },
    });
    const title = `Configure the severity of ${rule}`;
    const command = { title, command: 'workbench.action.openSettings', arguments: [SETTINGS.severity.key] };
    return [
      ...(takesLineComment(document, span)
        ? [
            silence('for this line', onLine(document, span, rule)),
            silence('for this line, by a comment above', aboveLine(document, span, rule)),
          ]
        : []),
      ...(takesComments(document) ? [silence('for this file', onTop(document, rule))] : []),
      ...(context.client.openSettings === true ? [{ ...common, title, command }] : []),
    ];
  });
}

function takesComments({ languageId }: TextDocument): boolean {
  return languageId !== 'json' && languageId !== 'jsonc';
}

/** Inside a multi-line or block scalar a comment would become part of the value; a key on the line rules that out. */
function takesLineComment(document: TextDocument, { start, end }: Span): boolean {
  const { line } = document.positionAt(start);
  if (!takesComments(document) || document.positionAt(end).line !== line) return false;
  const text = lineText(document, line);
  const { character } = document.positionAt(start);
  return (text.slice(0, character) + text.slice(character + end - start)).includes(':');
}

function onLine(document: TextDocument, { start }: Span, rule: string): TextEdit {
  const { line } = document.positionAt(start);
  const extended = extend(document, line, DISABLE_LINE, rule);
  if (extended !== undefined) return extended;
  return insert(line, lineText(document, line).trimEnd().length, ` # ${DISABLE_LINE} ${rule}`);
}

function aboveLine(document: TextDocument, { start }: Span, rule: string): TextEdit {
  const { line } = document.positionAt(start);
  const extended = line === 0 ? undefined : extend(document, line - 1, DISABLE_NEXT_LINE, rule);
  if (extended !== undefined) return extended;
  const [indent = ''] = /^\s*/.exec(lineText(document, line)) ?? [];
  return insert(line, 0, `${indent}# ${DISABLE_NEXT_LINE} ${rule}${endOfLine(document)}`);
}

function onTop(document: TextDocument, rule: string): TextEdit {
  const afterMark = document.getText().startsWith('\u{FEFF}') ? 1 : 0;
  return insert(0, afterMark, `# ${DISABLE_FILE} ${rule}${endOfLine(document)}`);
}

/** Adds a rule to a comment that stands on the line already. */
function extend(document: TextDocument, line: number, directive: string, rule: string): TextEdit | undefined {
  const match = new RegExp(`#[ \\t]*${directive}(?=\\s|$)`).exec(lineText(document, line));
  return match ? insert(line, match.index + match[0].length, ` ${rule}`) : undefined;
}

function insert(line: number, character: number, newText: string): TextEdit {
  const position = { line, character };
  return { range: { start: position, end: position } satisfies Range, newText };
}

function lineText(document: TextDocument, line: number): string {
  const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
  return document.getText(range).replace(/\r?\n$/, '');
}

function endOfLine(document: TextDocument): string {
  return document.getText().includes('\r\n') ? '\r\n' : '\n';
}
