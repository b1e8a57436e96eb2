import { ProgressLocation, window } from 'vscode';
import type { Progress } from 'vscode';
import type {
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from 'vscode-languageclient';

type Value = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

interface Shown {
  update(value: WorkDoneProgressReport): void;
  close(): void;
}

/**
 * Shows the server's work-done progress as notifications with a cancel button. vscode-languageclient would show it in the
 * status bar, where it is easily missed and cannot be cancelled.
 */
export class ProgressNotifications {
  readonly #cancel: (token: ProgressToken) => void;
  readonly #shown = new Map<ProgressToken, Shown>();

  /** @param cancel tells the server that the user cancelled what has this token */
  constructor(cancel: (token: ProgressToken) => void) {
    this.#cancel = cancel;
  }

  /** As `middleware.handleWorkDoneProgress`. */
  readonly handle = (
    token: ProgressToken,
    value: Value,
    next: (token: ProgressToken, value: Value) => void,
  ): void => {
    switch (value.kind) {
      case 'begin':
        this.#shown.set(token, this.#show(token, value));
        break;
      case 'report':
        this.#shown.get(token)?.update(value);
        break;
      case 'end':
        this.#shown.get(token)?.close();
        this.#shown.delete(token);
        // The client forgets the token then, and shows nothing for a progress that it never saw begin.
        next(token, value);
        break;
    }
  };

  /** Closes all, as when the server has gone and will end none of them. */
  clear(): void {
    for (const shown of this.#shown.values()) shown.close();
    this.#shown.clear();
  }

  #show(token: ProgressToken, begin: WorkDoneProgressBegin): Shown {
    const { promise: closed, resolve: close } = Promise.withResolvers<null>();
    let progress: Progress<{ message?: string; increment?: number }> | undefined;
    let percentage = 0;
    const update = (value: Omit<WorkDoneProgressReport, 'kind'>): void => {
      const increment = Math.max(0, (value.percentage ?? 0) - percentage);
      percentage += increment;
      progress?.report({ ...(value.message !== undefined && { message: value.message }), increment });
    };
    void window.withProgress(
      {
        location: ProgressLocation.Notification,
        title: begin.title,
        cancellable: begin.cancellable ?? false,
      },
      async (shown, cancellation) => {
        progress = shown;
        cancellation.onCancellationRequested(() => this.#cancel(token));
        update(begin);
        await closed;
      },
    );
    return { update, close: () => close(null) };
  }
}
