import { window } from 'vscode';
import type { GcArguments, GcResult } from '../../server/src/protocol.ts';
import { codeOf } from './error-code.ts';

const REMOVE = 'Remove';

/** Has the server look for what nobody needs, or remove it and say so; rejects with its sentence. */
type Collect = (argument: GcArguments) => Promise<GcResult>;

/** Frees disk space after a clear yes to what would go. */
export async function freeSpace(collect: Collect): Promise<void> {
  try {
    const { what, size, kept, unread } = await collect({ dryRun: true });
    if (what === null) {
      void window.showInformationMessage(`There is nothing to free. ${kept}`);
      return;
    }
    const question = `Free ${size} by removing ${what} from the store?`;
    const chosen = await window.showWarningMessage(question, { modal: true, detail: kept }, REMOVE);
    // What cannot be read has been told of, if there is any; another file that has become so meanwhile has not.
    if (chosen === REMOVE) await collect({ dryRun: false, acceptUnread: unread.length > 0 });
  } catch (error) {
    if (codeOf(error) === 'E_CANCELLED') return;
    void window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}
