/** What the corpus run tells in the end. */

export interface Claim {
  readonly rule: string;
  /** `PATH:LINE`. */
  readonly at: string;
  readonly message: string;
  /** Of severity error. */
  readonly error: boolean;
  /** The server is wrong about it. */
  readonly wrong: boolean;
}

const SLOWEST = 5;

export class Report {
  readonly #crashes: string[] = [];
  readonly #claims: Claim[] = [];
  readonly #times: { path: string; milliseconds: number }[] = [];
  readonly #differences = new Map<string, number>();
  readonly #unexplained: string[] = [];
  readonly #extra: string[] = [];
  #found = 0;

  get failed(): boolean {
    return this.#crashes.length > 0 || this.#claims.some(({ wrong }) => wrong);
  }

  file(path: string, milliseconds: number): void {
    this.#times.push({ path, milliseconds });
  }

  crash(path: string, error: unknown): void {
    this.#crashes.push(`${path}: ${String(error)}`);
  }

  claim(claim: Claim): void {
    this.#claims.push(claim);
  }

  /** A line that grep and server both take for an image. */
  found(count: number): void {
    this.#found += count;
  }

  /** A line that only grep takes for an image. */
  difference(reason: string | undefined, line: string): void {
    if (reason === undefined) this.#unexplained.push(line);
    else this.#differences.set(reason, (this.#differences.get(reason) ?? 0) + 1);
  }

  /** A line that only the server takes for an image. */
  extra(line: string): void {
    this.#extra.push(line);
  }

  print(): void {
    const times = this.#times.toSorted((a, b) => b.milliseconds - a.milliseconds);
    const median = times[Math.floor(times.length / 2)]?.milliseconds ?? 0;
    section(`${times.length} files opened, ${this.#crashes.length} crashes`, this.#crashes);
    section(
      `Slowest, of a median of ${median.toFixed(1)} ms from opening to the last answer`,
      times
        .slice(0, SLOWEST)
        .map(({ path, milliseconds }) => `${milliseconds.toFixed(1).padStart(8)} ms  ${path}`),
    );
    section('Claims, by rule', counts(Map.groupBy(this.#claims, ({ rule }) => rule)));
    section(
      'Errors',
      this.#claims.filter(({ error }) => error).map(({ at, message }) => `${at}: ${message}`),
    );
    section(
      'WRONG: valid by the grammar, and called invalid',
      this.#claims.filter(({ wrong }) => wrong).map(({ at }) => at),
    );

    const differences = [...this.#differences].sort(([, a], [, b]) => b - a);
    const explained = differences.reduce((sum, [, count]) => sum + count, 0);
    section(`Lines that grep takes for images: ${this.#found + explained + this.#unexplained.length}`, [
      `${this.#found} images to the server too`,
      `${explained} explained: not images of a pod`,
      `${this.#unexplained.length} not explained`,
    ]);
    section(
      'Explained',
      differences.map(([reason, count]) => `${String(count).padStart(5)}  ${reason}`),
    );
    section('Not explained', this.#unexplained);
    section('Images that grep does not find', this.#extra);
  }
}

function counts(groups: Map<string, readonly unknown[]>): string[] {
  return [...groups].map(([name, { length }]) => `${String(length).padStart(5)}  ${name}`);
}

function section(title: string, lines: readonly string[]): void {
  console.log(`\n${title}${lines.length === 0 ? ': none' : ''}`);
  for (const line of lines) console.log(`  ${line}`);
}
