import { languages, LanguageStatusSeverity } from 'vscode';
import type { DocumentSelector, LanguageStatusItem } from 'vscode';
import type { HostLimit, Status } from '../../server/src/protocol.ts';
import { ClientCommand } from './commands.ts';
import { isExhausted, limitWords } from './limit-words.ts';

/** What the server says about its store, its jobs and the registries, in the language status of the documents it serves. */
export class StatusItem {
  readonly #documents: DocumentSelector;
  readonly #item: LanguageStatusItem;
  /** A row of its own, which is there while a registry says anything about it: VS Code cuts off long rows. */
  #limits: LanguageStatusItem | undefined;

  constructor(documents: DocumentSelector) {
    this.#documents = documents;
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
    const [first, ...more] = busy;
    const jobs = first === undefined || more.length === 0 ? first : `${first} and ${more.length} more`;
    this.#item.busy = jobs !== undefined;
    this.#item.text = `Larder: ${jobs ?? countOf(imageCount)}`;
    this.#item.detail = lastError ?? storePath;
    this.#item.severity = severity(lastError === null);
    this.#showLimits(limits, Date.now());
  }

  dispose(): void {
    this.#item.dispose();
    this.#limits?.dispose();
  }

  #showLimits(limits: readonly HostLimit[], now: number): void {
    const [first, ...more] = limitWords(limits, now);
    if (first === undefined) {
      this.#limits?.dispose();
      this.#limits = undefined;
      return;
    }
    this.#limits ??= languages.createLanguageStatusItem('larder.limits', this.#documents);
    this.#limits.name = 'Larder: Requests to Registries';
    this.#limits.text = `Larder: ${first}`;
    this.#limits.detail = more.join(' · ');
    this.#limits.severity = severity(!limits.some((limit) => isExhausted(limit, now)));
  }
}

function severity(isWell: boolean): LanguageStatusSeverity {
  return isWell ? LanguageStatusSeverity.Information : LanguageStatusSeverity.Warning;
}

function countOf(imageCount: number | null): string {
  if (imageCount === null) return 'the store cannot be read';
  return `${imageCount} ${imageCount === 1 ? 'image' : 'images'} in the store`;
}
