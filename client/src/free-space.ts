import { window } from 'vscode';
import type { GcArguments, GcResult } from '../../server/src/protocol.ts';

const REMOVE = 'Remove';

/** Looks for what nobody needs, or removes it and says so; undefined when that failed, which has been said, or was cancelled. */
type Collect = (argument: GcArguments) => Promise<GcResult | undefined>;

/** Frees disk space after a clear yes to what would go. */
export async function freeSpace(collect: Collect): Promise<void> {
  const found = await collect({ dryRun: true });
  if (found === undefined) return;
  const { what, size, kept, unread } = found;
  if (what === null) {
    void window.showInformationMessage(`There is nothing to free. ${kept}`);
    return;
  }
  const question = `Free ${size} by removing ${what} from the store?`;
  const chosen = await window.showWarningMessage(question, { modal: true, detail: kept }, REMOVE);
  // What cannot be read has been told of, if there is any; another file that has become so meanwhile has not.
  if (chosen === REMOVE) await collect({ dryRun: false, acceptUnread: unread.length > 0 });
}
