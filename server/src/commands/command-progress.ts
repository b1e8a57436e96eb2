import type { WorkDoneProgressReporter } from 'vscode-languageserver';
import type { OnProgress } from '../engine/progress.ts';
import { percentage, progressMessage } from './progress-words.ts';
import type { ImageProgress } from './progress-words.ts';

/** The one work-done progress of a command over its images. */
export class CommandProgress {
  readonly #reporter: Pick<WorkDoneProgressReporter, 'report'>;
  readonly #images: ImageProgress[];
  #percentage = 0;

  constructor(reporter: Pick<WorkDoneProgressReporter, 'report'>, names: readonly string[]) {
    this.#reporter = reporter;
    this.#images = names.map((name) => ({ name, progress: undefined, ended: false }));
  }

  /** Where the image of this index reports to. */
  of(index: number): OnProgress {
    return (progress) => this.#set(index, { progress });
  }

  ended(index: number): void {
    this.#set(index, { ended: true });
  }

  #set(index: number, change: Partial<ImageProgress>): void {
    const image = this.#images[index];
    if (image === undefined || image.ended) return;
    this.#images[index] = { ...image, ...change };
    // A total that grows must not let the bar go back (LSP: percentages should rise).
    this.#percentage = Math.max(this.#percentage, percentage(this.#images));
    this.#reporter.report(this.#percentage, progressMessage(this.#images));
  }
}
