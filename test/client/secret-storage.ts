/** VS Code's secret storage, in memory. */
import type { SecretStorage } from 'vscode';

type Listener = (event: { readonly key: string }) => void;

export function secretStorage(): SecretStorage & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  const listeners = new Set<Listener>();
  const changed = (key: string): Promise<void> => {
    for (const listener of listeners) listener({ key });
    return Promise.resolve();
  };
  const storage = {
    entries,
    get: (key: string) => Promise.resolve(entries.get(key)),
    store: (key: string, value: string) => changed((entries.set(key, value), key)),
    delete: (key: string) => changed((entries.delete(key), key)),
    onDidChange: (listener: Listener) => {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
  // VS Code's Disposable is a class, and only a type here.
  return storage;
}
