import { Disposable, languages, LanguageStatusSeverity } from 'vscode';
import type { DocumentSelector, LanguageStatusItem } from 'vscode';
import { State } from 'vscode-languageclient/node';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Status } from '../../server/src/protocol.ts';
import { StatusNotification } from '../../server/src/protocol.ts';
import { ClientCommand } from './commands.ts';

/** Shows what the server says about its store and its jobs in the language status of the documents it serves. */
export function showStatus(client: LanguageClient, documents: DocumentSelector): Disposable {
  const item = languages.createLanguageStatusItem('larder.status', documents);
  item.name = 'Larder';
  item.command = { command: ClientCommand.showLog, title: 'Show Log' };
  item.text = 'Larder';
  client.onNotification(StatusNotification, (status: Status) => render(item, status));
  client.onDidChangeState(({ newState }) => {
    item.busy = newState === State.Starting;
    if (newState === State.Stopped || newState === State.StartFailed) {
      item.text = 'Larder: the language server is not running';
      item.severity = LanguageStatusSeverity.Error;
    }
  });
  return Disposable.from(item);
}

function render(item: LanguageStatusItem, { storePath, imageCount, busy, lastError }: Status): void {
  item.busy = busy.length > 0;
  item.text = `Larder: ${busy[0] ?? countOf(imageCount)}`;
  const more = busy.length > 1 ? ` (and ${busy.length - 1} more)` : '';
  item.detail = lastError ?? `${storePath}${more}`;
  item.severity = lastError === null ? LanguageStatusSeverity.Information : LanguageStatusSeverity.Warning;
}

function countOf(imageCount: number | null): string {
  if (imageCount === null) return 'the store cannot be read';
  return `${imageCount} ${imageCount === 1 ? 'image' : 'images'} in the store`;
}
