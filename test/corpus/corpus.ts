/**
 * `npm run corpus -- DIR`: opens every manifest of a directory in the bundled server, one by one, and reports what it claims and what
 * it finds, held against a plain grep. Fails on a crash, and on a valid reference that is called invalid.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainer, grepImages } from './explain.ts';
import { isReference } from './grammar.ts';
import { Report } from './report.ts';
import { startServer } from './server.ts';

const [directory] = process.argv.slice(2);
if (directory === undefined) {
  console.error('usage: npm run corpus -- DIR');
  process.exit(2);
}

const report = new Report();
const server = await startServer();
for (const path of (await readdir(directory, { recursive: true })).sort()) {
  if (!/\.(ya?ml|json|tpl)$/.test(path)) continue;
  const text = await readFile(join(directory, path), 'utf8');
  try {
    look(path, text, await server.ask(join(directory, path), text));
  } catch (error) {
    report.crash(path, error);
    if (!server.alive()) break;
  }
}
await server.close();
report.print();
process.exitCode = report.failed ? 1 : 0;

function look(path: string, text: string, answer: Awaited<ReturnType<typeof server.ask>>): void {
  const lines = text.split(/\r?\n/);
  report.file(path, answer.milliseconds);
  const seen = new Set(answer.imageLines);
  for (const { range, code, message, severity } of answer.diagnostics) {
    const line = range.start.line + 1;
    const value = lines[range.start.line]?.slice(range.start.character, range.end.character) ?? '';
    const wrong = code === 'invalid-reference' && isReference(value);
    report.claim({
      rule: String(code),
      at: `${path}:${line}`,
      message: textOf(message),
      error: severity === 1,
      wrong,
    });
    if (code === 'invalid-reference') seen.add(line);
  }
  const grepped = grepImages(text);
  const explain = explainer(text);
  for (const [line, value] of grepped) {
    if (seen.has(line)) report.found(1);
    else report.difference(explain(line, value), `${path}:${line}: ${value}`);
  }
  for (const line of seen)
    if (!grepped.has(line)) report.extra(`${path}:${line}: ${lines[line - 1]?.trim() ?? ''}`);
}

function textOf(message: string | { readonly value: string }): string {
  return typeof message === 'string' ? message : message.value;
}
