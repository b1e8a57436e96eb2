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

/** What takes no longer would only flash, and VS Code leaves out notifications when many come at once. Milliseconds. */
const BLINK = 300;

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
    let message: string | undefined;
    let [percentage, shownPercentage] = [0, 0];
    const report = (): void => {
      progress?.report({
        ...(message !== undefined && { message }),
        increment: percentage - shownPercentage,
      });
      if (progress !== undefined) shownPercentage = percentage;
    };
    const update = (value: Omit<WorkDoneProgressReport, 'kind'>): void => {
      message = value.message;
      percentage = Math.max(percentage, value.percentage ?? 0);
      report();
    };
    const show = (): void =>
      void window.withProgress(
        {
          location: ProgressLocation.Notification,
          title: begin.title,
          cancellable: begin.cancellable ?? false,
        },
        async (shown, cancellation) => {
          progress = shown;
          cancellation.onCancellationRequested(() => this.#cancel(token));
          report();
          await closed;
        },
      );
    const shownLater = setTimeout(show, BLINK);
    update(begin);
    return {
      update,
      close: () => {
        clearTimeout(shownLater);
        close(null);
      },
    };
  }
}
