import { window } from 'vscode';
import type { CredentialsParams } from '../../server/src/protocol.ts';

/*
 * Each answers undefined when the person has changed their mind.
 */

/** Asks for which registry. */
export async function askForRegistry(): Promise<string | undefined> {
  const registry = await window.showInputBox({
    title: 'Sign In to a Registry',
    prompt: 'The registry, as it stands in image references',
    placeHolder: 'registry.example:5000, or docker.io',
    ignoreFocusOut: true,
    validateInput: notEmpty('Write the host of a registry.'),
  });
  return registry?.trim();
}

export async function askForUser(registry: string): Promise<string | undefined> {
  const username = await window.showInputBox({
    title: `Sign In to ${registry} (1/2)`,
    prompt: 'User name',
    ignoreFocusOut: true,
    validateInput: notEmpty('Write your user name.'),
  });
  return username?.trim();
}

/** @param refusal why it is asked for again */
export async function askForPassword(
  registry: string,
  username: string,
  refusal: string | undefined,
): Promise<string | undefined> {
  // Not `showInputBox`, which says nothing about a value before somebody types, and so no refusal.
  const box = window.createInputBox();
  box.title = `Sign In to ${registry} (2/2)`;
  box.prompt = `Password or access token of ${username}. It is kept in the editor's secret storage.`;
  box.placeholder = 'Password or access token';
  box.password = true;
  box.ignoreFocusOut = true;
  box.validationMessage = refusal;
  const { promise: answer, resolve } = Promise.withResolvers<string | undefined>();
  box.onDidChangeValue(() => (box.validationMessage = undefined));
  box.onDidAccept(() => {
    if (box.value === '') box.validationMessage = 'Write your password.';
    else resolve(box.value);
  });
  box.onDidHide(() => resolve(undefined));
  box.show();
  return answer.finally(() => box.dispose());
}

/** Asks for which of the registries, one of which is a key. */
export async function chooseRegistry(
  registries: CredentialsParams['registries'],
): Promise<string | undefined> {
  const items = Object.entries(registries).map(([label, { username }]) => ({ label, description: username }));
  const chosen = await window.showQuickPick(items, {
    title: 'Forget the Credentials of a Registry',
    placeHolder: 'The registry',
  });
  return chosen?.label;
}

function notEmpty(message: string): (text: string) => string | undefined {
  return (text) => (text.trim() === '' ? message : undefined);
}
