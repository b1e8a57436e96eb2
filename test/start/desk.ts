import assert from 'node:assert/strict';
import pc from 'picocolors';
import type { InlayHint, Position } from 'vscode-languageserver/node';
import type { FetchResult } from '../../server/src/protocol.ts';
import type { LspClient } from '../helpers/lsp-client.ts';
import type { Registry } from '../helpers/registry.ts';
import { kilobytes, say } from './print.ts';

/** Open documents, and what a person at an editor would do with them, printed. */
export class Desk {
  readonly #client: LspClient;
  readonly #registry: Registry;
  readonly #texts = new Map<string, string>();

  constructor(client: LspClient, registry: Registry) {
    this.#client = client;
    this.#registry = registry;
  }

  async open(name: string, text: string, languageId: string): Promise<void> {
    this.#texts.set(name, text);
    await this.#client.open(uriOf(name), text, languageId);
    const count = (await this.#client.inlayHints(uriOf(name))).length;
    say(`${name.padEnd(22)} ${count} image${count === 1 ? '' : 's'}`);
  }

  /** @returns how many there were */
  async printDiagnostics(name: string): Promise<number> {
    const diagnostics = await this.#client.diagnostics(uriOf(name));
    for (const { range, message, code } of diagnostics) {
      const words = typeof message === 'string' ? message : message.value;
      say(
        `${name}:${range.start.line + 1}:${range.start.character + 1}  ${words} ${pc.dim(`[${code ?? ''}]`)}`,
      );
    }
    return diagnostics.length;
  }

  /** The document with lenses above and inline status beside its lines. */
  async printAnnotated(name: string): Promise<void> {
    const [hints, lenses] = await Promise.all([
      this.#client.inlayHints(uriOf(name)),
      this.#client.codeLenses(uriOf(name)),
    ]);
    this.#text(name)
      .split('\n')
      .forEach((line, number) => {
        const titles = lenses
          .filter(({ range }) => range.start.line === number)
          .map(({ command }) => command?.title);
        if (titles.length > 0) say(pc.dim(titles.join(' | ')));
        const hint = hints.find(({ position }) => position.line === number);
        say(hint === undefined ? line : `${line}  ${pc.cyan(labelOf(hint))}`);
      });
  }

  async printHover(name: string, word: string): Promise<void> {
    say(await this.#client.hover(uriOf(name), this.#positionOf(name, word)));
  }

  /** Runs a code action offered at a word, and prints its progress, its result and what the registry was asked. */
  async runAction(name: string, word: string, title: RegExp): Promise<void> {
    const position = this.#positionOf(name, word);
    const actions = await this.#client.codeActions(uriOf(name), { start: position, end: position });
    const action = actions.find((offered) => title.test(offered.title));
    assert(
      action?.command,
      `no action ${String(title)} among: ${actions.map((offered) => offered.title).join('; ')}`,
    );
    say(pc.bold(`▸ ${action.title}`));
    const { progress } = this.#client.received;
    const known = progress.length;
    this.#registry.clearRequests();
    const result = await this.#client.execute<FetchResult>(
      action.command.command,
      action.command.arguments?.[0],
    );
    for (const { values } of progress.slice(known)) {
      for (const value of values) if (value.message) say(pc.dim(`  … ${value.message}`));
    }
    for (const image of result.images) {
      assert('outcome' in image, JSON.stringify(image));
      say(`  ${image.image}: ${pc.green(image.outcome)} ${image.imageId.slice(0, 19)}`);
    }
    this.#printRequests();
  }

  #printRequests(): void {
    const { requests } = this.#registry;
    const bytes = requests.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
    const heads = requests.filter(({ method }) => method === 'HEAD').length;
    const what =
      requests.length === 0
        ? 'nothing'
        : `${heads} HEAD, ${requests.length - heads} GET, ${kilobytes(bytes)}`;
    say(pc.dim(`  asked of the registry: ${what}`));
  }

  #positionOf(name: string, word: string): Position {
    const lines = this.#text(name).split('\n');
    const line = lines.findIndex((text) => text.includes(word));
    return { line, character: (lines[line] ?? '').indexOf(word) + 1 };
  }

  #text(name: string): string {
    return this.#texts.get(name) ?? assert.fail(`${name} is not open`);
  }
}

function uriOf(name: string): string {
  return `file:///examples/${name}`;
}

function labelOf({ label }: InlayHint): string {
  return typeof label === 'string' ? label : label.map(({ value }) => value).join('');
}
