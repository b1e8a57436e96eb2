import { quote } from '../../domain/quote.ts';
import type { Placed, Span } from '../manifest.ts';
import { child, entriesOf, follow, itemsOf, textOf } from '../tree.ts';
import type { Reached, ReachedEntry } from '../tree.ts';
import type { Found, Pair, SpecProblem, Unread } from './kubernetes-pod.ts';

/** What is shared while one pod is read. */
export interface Reading {
  /** Where the document starts in its file, in UTF-16 units. */
  readonly offset: number;
  readonly problems: SpecProblem[];
  /** How many values may still be read: aliases can make few bytes stand for millions of them. */
  left: number;
}

/**
 * Reads the values of an object by their keys, with the place of each, and remembers which keys nobody asked for. A value of the
 * wrong type is a problem and counts as absent, as null does.
 */
export class KeyReader {
  readonly path: string;
  /** Where the object begins. */
  readonly span: Span;
  readonly #entries = new Map<string, ReachedEntry>();
  readonly #unread: Set<string>;
  readonly #reading: Reading;

  /** @param otherwise where to point when there is no object */
  constructor(reached: Reached, path: string, reading: Reading, otherwise: Span) {
    const { node, via } = follow(reached);
    this.path = path;
    this.#reading = reading;
    this.span = otherwise;
    if (via !== undefined) this.span = this.#shift(via);
    else if (node !== undefined) this.span = this.#shift({ ...node.span, end: node.span.start });
    if (node !== undefined && node.kind !== 'map') this.#refuse(path, this.span, 'an object');
    for (const found of entriesOf(reached)) {
      const key = found.entry.key.value;
      if (!this.#entries.has(key) && this.#mayRead()) this.#entries.set(key, found);
    }
    this.#unread = new Set(this.#entries.keys());
  }

  /** Which of these keys is there, whatever its value is; it counts as read. */
  key(...names: readonly string[]): Found<string> | undefined {
    const name = names.find((candidate) => this.#entries.has(candidate));
    const found = name === undefined ? undefined : this.#entries.get(name);
    if (name === undefined || found === undefined) return undefined;
    this.#unread.delete(name);
    return { value: name, span: this.#keySpan(found), path: this.#at(name) };
  }

  text(key: string): Found<string> | undefined {
    return this.#scalar(this.#value(key), this.#at(key));
  }

  flag(key: string): Found<boolean> | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    // The words of YAML 1.1, which the YAML reader of Kubernetes takes.
    if (/^(?:true|yes|on|y)$/i.test(text.value)) return { ...text, value: true };
    if (/^(?:false|no|off|n)$/i.test(text.value)) return { ...text, value: false };
    this.#refuse(text.path, text.span, 'true or false', text.value);
    return undefined;
  }

  integer(key: string): Found<number> | undefined {
    return this.#integer(this.text(key));
  }

  texts(key: string): Found<string>[] {
    return this.#items(key).flatMap(({ item, path }) => {
      const { node, via } = follow(item);
      if (node !== undefined) return this.#scalar(item, path) ?? [];
      return [{ value: '', span: via === undefined ? this.span : this.#shift(via), path }];
    });
  }

  integers(key: string): Found<number>[] {
    return this.texts(key).flatMap((text) => this.#integer(text) ?? []);
  }

  /** The object below a key: an empty one where there is none. */
  object(key: string): KeyReader {
    const found = this.#entries.get(key);
    const place = found === undefined ? this.span : this.#keySpan(found);
    return new KeyReader(this.#value(key), this.#at(key), this.#reading, place);
  }

  objects(key: string): KeyReader[] {
    return this.#items(key).map(({ item, path }) => new KeyReader(item, path, this.#reading, this.span));
  }

  /** The texts below a key, in their order; numbers and truth values are theirs as written. */
  dictionary(key: string): Pair[] {
    const below = this.object(key);
    const pairs = [...below.#entries].map(([name, found]) => {
      const path = below.#at(name);
      const empty = { value: '', span: below.#keySpan(found), path };
      const { entry, via } = found;
      const value = below.#scalar({ node: entry.value, via }, path) ?? empty;
      return { key: { ...empty, value: name }, value };
    });
    return pairs.sort((a, b) => a.key.span.start - b.key.span.start);
  }

  /** A key whose value `false` says what holds without it; with another value it stays unread. */
  unlessFalse(...keys: readonly string[]): void {
    for (const key of keys)
      if (textOf(this.#peek(key))?.value.toLowerCase() === 'false') this.#unread.delete(key);
  }

  /** The keys with a value that nobody asked for until now, in their order. */
  unread(): Unread[] {
    return [...this.#unread]
      .flatMap((key) => {
        const found = this.#entries.get(key);
        return found?.entry.value === undefined
          ? []
          : [{ path: this.#at(key), key, span: this.#keySpan(found) }];
      })
      .sort((a, b) => a.span.start - b.span.start);
  }

  problem(span: Span, message: string): void {
    this.#reading.problems.push({ span, message });
  }

  #items(key: string): { item: Reached; path: string }[] {
    const value = this.#value(key);
    const { node, via } = value;
    if (node !== undefined && node.kind !== 'seq')
      this.#refuse(this.#at(key), this.#shift(via ?? node.span), 'a list');
    const items: { item: Reached; path: string }[] = [];
    for (const item of itemsOf(value)) {
      if (!this.#mayRead()) break;
      items.push({ item, path: `${this.#at(key)}[${items.length}]` });
    }
    return items;
  }

  #value(key: string): Reached {
    this.#unread.delete(key);
    return this.#peek(key);
  }

  #peek(key: string): Reached {
    const found = this.#entries.get(key);
    return follow({ node: found?.entry.value, via: found?.via });
  }

  #scalar(reached: Reached, path: string): Found<string> | undefined {
    const { node, via } = follow(reached);
    if (node === undefined) return undefined;
    const text = textOf(reached);
    if (text !== undefined) return { ...this.#shiftPlaced(text), path };
    this.#refuse(path, this.#shift(via ?? node.span), 'a text');
    return undefined;
  }

  #integer(text: Found<string> | undefined): Found<number> | undefined {
    if (text === undefined) return undefined;
    if (/^-?\d{1,15}$/.test(text.value)) return { ...text, value: Number(text.value) };
    this.#refuse(text.path, text.span, 'an integer', text.value);
    return undefined;
  }

  #refuse(path: string, span: Span, expected: string, written?: string): void {
    const is = written === undefined ? '' : `; it is ${quote(written)}`;
    const point = { start: span.start, end: written === undefined ? span.start + 1 : span.end };
    this.problem(point, `${path} must be ${expected}${is}.`);
  }

  #mayRead(): boolean {
    if (this.#reading.left === 0) {
      this.problem(this.span, 'The pod has more values than any pod needs; make it smaller.');
    }
    this.#reading.left -= 1;
    return this.#reading.left >= 0;
  }

  #at(key: string): string {
    const step = /^[\w-]+$/.test(key) ? `.${key}` : `[${quote(key)}]`;
    return this.path === '' ? key : this.path + step;
  }

  #keySpan({ entry, via }: ReachedEntry): Span {
    return this.#shift(via ?? entry.key.span);
  }

  #shift({ start, end }: Span): Span {
    return { start: start + this.#reading.offset, end: end + this.#reading.offset };
  }

  #shiftPlaced<T>({ value, span, definition }: Placed<T>): Placed<T> {
    const shifted = { value, span: this.#shift(span) };
    return definition === undefined ? shifted : { ...shifted, definition: this.#shift(definition) };
  }
}

/** An object somewhere below another, which spans `whole`. */
export function readerAt(root: Reached, keys: readonly string[], reading: Reading, whole: Span): KeyReader {
  return new KeyReader(child(root, ...keys), keys.join('.'), reading, whole);
}
