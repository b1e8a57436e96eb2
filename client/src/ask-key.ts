import { window } from 'vscode';
import type { QuickPickItem } from 'vscode';
import type { InspectKeysArguments, KeyFound } from '../../server/src/protocol.ts';
import { keyDetail, scopeWords } from './key-words.ts';

const TITLE = 'Trust a Key';

/**
 * Asks for which images a key is meant, and where it is.
 * @param prefix what is offered first
 * @returns undefined when the person has changed their mind
 */
export async function askForKey(
  prefix: string,
): Promise<(InspectKeysArguments & { scope: string }) | undefined> {
  const scope = await window.showInputBox({
    title: `${TITLE} (1/2)`,
    prompt: 'The beginning of the names of the images that the key signs: one image, or all below a name',
    placeHolder: 'example.com/app',
    value: prefix,
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === '' ? 'Write an image name, or the beginning of some.' : undefined,
  });
  if (scope === undefined) return undefined;
  const source = await window.showQuickPick(sourcesFor(scope.trim()), {
    title: `${TITLE} (2/2)`,
    placeHolder: 'Where the key is',
    ignoreFocusOut: true,
  });
  const key = await source?.locate();
  return key && { scope: scope.trim(), ...key };
}

/** Asks, in a dialog that cannot be overlooked, whether this is the right key. */
export async function confirmKey(key: KeyFound, scope: string): Promise<boolean> {
  const options = { modal: true, detail: keyDetail(key) };
  const yes = 'Trust Key';
  return (await window.showWarningMessage(`Trust this key for ${scopeWords(scope)}?`, options, yes)) === yes;
}

type Key = Pick<InspectKeysArguments, 'key'>;

interface Source extends QuickPickItem {
  /** @returns undefined when the person has changed their mind */
  locate(): Promise<Key | undefined>;
}

function sourcesFor(scope: string): Source[] {
  return [
    {
      label: '$(search) Discover',
      description: `what ${scope} publishes`,
      locate: () => Promise.resolve({}),
    },
    { label: '$(link) URL…', description: 'a public key on the web', locate: askForUrl },
    { label: '$(file) File…', description: 'an exported public key', locate: askForFile },
  ];
}

async function askForUrl(): Promise<Key | undefined> {
  const url = await window.showInputBox({
    title: TITLE,
    prompt: 'The URL of the public key',
    placeHolder: 'https://example.com/pubkeys.gpg',
    ignoreFocusOut: true,
    validateInput: (text) => (/^https?:\/\/./i.test(text.trim()) ? undefined : 'Write a URL with https.'),
  });
  return url === undefined ? undefined : { key: url.trim() };
}

async function askForFile(): Promise<Key | undefined> {
  const [file] = (await window.showOpenDialog({ title: TITLE, openLabel: 'Look at Key' })) ?? [];
  return file && { key: file.fsPath };
}
