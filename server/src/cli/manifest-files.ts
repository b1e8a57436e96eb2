import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { LarderError } from '../domain/errors.ts';
import { quote } from '../domain/quote.ts';
import { jsonFormat } from '../manifest/format.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { printError } from './print.ts';
import type { Terminal } from './terminal.ts';

/** A file of the command line, read for its images. */
export interface ManifestFile {
  /** As the command line names it. */
  readonly name: string;
  readonly document: TextDocument;
  readonly manifest: Manifest;
}

/** What a person says where Node says a code. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EISDIR: 'it is a directory; name the files in it',
  EACCES: 'reading it is not permitted',
  EPERM: 'reading it is not permitted',
};

/**
 * Reads manifests; a file that cannot be read is reported, and the others are read all the same.
 * @returns the files that could be read
 */
export async function readManifestFiles(
  names: readonly string[],
  terminal: Terminal,
): Promise<{ files: ManifestFile[]; allRead: boolean }> {
  const files: ManifestFile[] = [];
  for (const name of names) {
    try {
      files.push(await readManifestFile(name, terminal));
    } catch (error) {
      if (!(error instanceof LarderError)) throw error;
      printError(error, terminal);
    }
  }
  return { files, allRead: files.length === names.length };
}

async function readManifestFile(name: string, terminal: Terminal): Promise<ManifestFile> {
  const { text, language } = await readManifestText(name, terminal);
  const document = TextDocument.create(name, language, 0, text);
  const format = language === 'json' ? jsonFormat(resolve(terminal.cwd, name)) : language;
  return { name, document, manifest: readManifest(text, format) };
}

/**
 * Reads a manifest as text.
 * @param name as the command line has it
 * @throws LarderError E_FILE
 */
export async function readManifestText(
  name: string,
  { cwd }: Terminal,
): Promise<{ readonly text: string; readonly language: 'json' | 'yaml' }> {
  const bytes = await readFile(resolve(cwd, name)).catch((error: unknown) => {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const reason = REASONS[code] ?? message;
    throw new LarderError('E_FILE', `${quote(name)} was not read: ${reason}.`, error);
  });
  // Without its byte order mark, as an editor counts its columns.
  return {
    text: new TextDecoder().decode(bytes),
    language: /^\.jsonc?$/i.test(extname(name)) ? 'json' : 'yaml',
  };
}

/** A place in a file as people and tools count: lines and columns from 1, columns in UTF-16 code units. */
export function placeOf({ document }: ManifestFile, offset: number): { line: number; column: number } {
  const { line, character } = document.positionAt(offset);
  return { line: line + 1, column: character + 1 };
}
