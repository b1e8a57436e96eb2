import { languages, LanguageStatusSeverity } from 'vscode';
import type { DocumentSelector, LanguageStatusItem } from 'vscode';
import type { Status } from '../../server/src/protocol.ts';
import { ClientCommand } from './commands.ts';
import { isExhausted, limitWords } from './limit-words.ts';

/** What the server says about its store and its jobs, in the language status of the documents it serves. */
export class StatusItem {
  readonly #item: LanguageStatusItem;

  constructor(documents: DocumentSelector) {
    this.#item = languages.createLanguageStatusItem('larder.status', documents);
    this.#item.name = 'Larder';
    this.#item.text = 'Larder';
    this.#item.command = { command: ClientCommand.showLog, title: 'Show Log' };
  }

  starting(): void {
    this.#item.busy = true;
  }

  stopped(): void {
    this.#item.busy = false;
    this.#item.text = 'Larder: the language server is not running';
    this.#item.severity = LanguageStatusSeverity.Error;
  }

  show({ storePath, imageCount, busy, lastError, limits }: Status): void {
    const now = Date.now();
    const [first, ...more] = busy;
    const jobs = first === undefined || more.length === 0 ? first : `${first} and ${more.length} more`;
    this.#item.busy = jobs !== undefined;
    this.#item.text = `Larder: ${jobs ?? countOf(imageCount)}`;
    this.#item.detail = [lastError ?? storePath, ...limitWords(limits, now)].join(' · ');
    const isWell = lastError === null && !limits.some((limit) => isExhausted(limit, now));
    this.#item.severity = isWell ? LanguageStatusSeverity.Information : LanguageStatusSeverity.Warning;
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function countOf(imageCount: number | null): string {
  if (imageCount === null) return 'the store cannot be read';
  return `${imageCount} ${imageCount === 1 ? 'image' : 'images'} in the store`;
}
