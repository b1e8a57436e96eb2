/**
 * What VS Code writes its log files with, in the place of its native module, which would have to be compiled: without either, an output
 * channel stays empty. `install.ts` puts it there under the name of that module, whose interface it has; sizes are not limited.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const;
type Level = (typeof LEVELS)[number];

export class Logger {
  readonly #path: string;
  #level: number = LEVELS.indexOf('info');
  #raw = false;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
  }

  readonly trace = (message: string): void => this.#write('trace', message);
  readonly debug = (message: string): void => this.#write('debug', message);
  readonly info = (message: string): void => this.#write('info', message);
  readonly warn = (message: string): void => this.#write('warning', message);
  readonly error = (message: string): void => this.#write('error', message);
  readonly critical = (message: string): void => this.#write('critical', message);

  /** @param level an index of `LEVELS`; one beyond its end is `off` */
  setLevel(level: number): void {
    this.#level = level;
  }

  getLevel(): number {
    return this.#level;
  }

  /** Messages are written as they are, without time, level and line end. */
  clearFormatters(): void {
    this.#raw = true;
  }

  /** Only ever called with the pattern of `#write`. */
  setPattern(): void {
    this.#raw = false;
  }

  /** Nothing is held back. */
  flush(): void {}
  drop(): void {}

  #write(level: Level, message: string): void {
    if (LEVELS.indexOf(level) < this.#level) return;
    const time = new Date().toISOString().replace('T', ' ').slice(0, -1);
    appendFileSync(this.#path, this.#raw ? message : `${time} [${level}] ${message}\n`);
  }
}

/** Of all loggers: they write at once. */
export function setFlushOn(): void {}

export function createAsyncRotatingLogger(_name: string, path: string): Promise<Logger> {
  return Promise.resolve(new Logger(path));
}
