/** VS Code's secret storage, in memory. */
import type { Disposable, SecretStorage } from 'vscode';

type Listener = (event: { readonly key: string }) => void;

export function secretStorage(): SecretStorage & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  const listeners = new Set<Listener>();
  const changed = (key: string): Promise<void> => {
    for (const listener of listeners) listener({ key });
    return Promise.resolve();
  };
  return {
    entries,
    get: (key) => Promise.resolve(entries.get(key)),
    store: (key, value) => changed((entries.set(key, value), key)),
    delete: (key) => changed((entries.delete(key), key)),
    onDidChange: (listener: Listener) => {
      listeners.add(listener);
      const subscription = { dispose: () => void listeners.delete(listener) };
      return subscription as Disposable;
    },
  };
}
