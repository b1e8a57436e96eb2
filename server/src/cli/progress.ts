import { MultiBar } from 'cli-progress';
import { formatBytes } from '../domain/bytes.ts';
import { printable } from '../domain/quote.ts';
import type { FetchProgress, OnProgress } from '../engine/progress.ts';
import { printLine } from './print.ts';
import type { Output } from './terminal.ts';

/** Shows several fetches at once. */
export interface ProgressView {
  /** Starts to show one image. */
  start(name: string): ImageProgress;
  /** Writes a line without disturbing what is shown. */
  log(line: string): void;
  stop(): void;
}

export interface ImageProgress {
  readonly update: OnProgress;
  /** Stops showing it. */
  readonly end: () => void;
}

const PHASE: Readonly<Record<FetchProgress['phase'], string>> = {
  resolve: 'asking the registry',
  download: 'downloading',
  convert: 'converting',
  store: 'storing',
  render: 'rendering',
};

/** Beside a bar, of a longer name only the end stands, which tells images apart. */
const NAME_LIMIT = 40;

/** Bars on a terminal, plain lines anywhere else. */
export function progressView(output: Output): ProgressView {
  return output.isTTY === true ? new Bars(output) : new Lines(output);
}

/** A line for each phase; a download is announced when its size is known, and when there is something to download. */
class Lines implements ProgressView {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  start(name: string): ImageProgress {
    let said: FetchProgress['phase'] | undefined;
    const update: OnProgress = ({ phase, total }) => {
      if (phase === said || (phase === 'download' && !total)) return;
      said = phase;
      const size = phase === 'download' && total !== null ? ` ${formatBytes(total)}` : '';
      this.log(`${printable(name)}: ${PHASE[phase]}${size}`);
    };
    return { update, end: () => undefined };
  }

  log(line: string): void {
    printLine(this.#output, line);
  }

  stop(): void {
    // Lines need no end.
  }
}

class Bars implements ProgressView {
  readonly #bars: MultiBar;

  constructor(output: Output) {
    this.#bars = new MultiBar({
      // cli-progress writes to the stream and asks it for its width, no more.
      stream: output as NodeJS.WritableStream,
      format: '{name} [{bar}] {size} {phase}',
      barsize: 20,
      // Whoever ends this process hard finds the terminal as it was.
      hideCursor: false,
      linewrap: true,
      clearOnComplete: true,
      emptyOnZero: true,
      autopadding: true,
      // The command has its own way to end when it is interrupted.
      gracefulExit: false,
    });
  }

  start(name: string): ImageProgress {
    const shown = printable(name);
    const short = shown.length > NAME_LIMIT ? `…${shown.slice(1 - NAME_LIMIT)}` : shown;
    const bar = this.#bars.create(0, 0, { name: short, size: '', phase: PHASE.resolve });
    const update: OnProgress = ({ phase, received, total }) => {
      // What comes after the download has no bytes of its own.
      if (phase !== 'download') {
        bar.update({ phase: PHASE[phase] });
        return;
      }
      if (total !== null) bar.setTotal(total);
      const size = total === null ? '' : `${formatBytes(received)}/${formatBytes(total)}`;
      bar.update(received, { size, phase: PHASE[phase] });
    };
    return { update, end: () => this.#bars.remove(bar) };
  }

  log(line: string): void {
    this.#bars.log(`${line}\n`);
  }

  stop(): void {
    // Lines are only written with the next drawing, and there will be none.
    this.#bars.update();
    this.#bars.stop();
  }
}
