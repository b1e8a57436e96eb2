/** The box and the list at the top of an editor's window: the palette of commands, choices, questions. */
import type { Locator, Page } from 'playwright-core';
import { again } from './again.ts';

export class QuickInput {
  readonly #page: Page;
  readonly #widget: Locator;
  readonly #rows: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#widget = page.locator('.quick-input-widget');
    this.#rows = this.#widget.locator('.quick-input-list .monaco-list-row');
  }

  /** Runs a command by the words that the palette has for it. */
  async run(words: string): Promise<void> {
    const field = this.#field('text');
    // Until what is written is looked up, the list is that of all commands, and its rows move: the key takes the first.
    const first = this.#rows.and(this.#page.locator('.focused')).filter({ hasText: words });
    await again(
      async (limit) => {
        await this.#page.keyboard.press('F1');
        await field.fill(`>${words}`, limit);
      },
      (limit) => first.waitFor(limit),
    );
    await again(
      async (limit) => {
        await first.waitFor(limit);
        await field.press('Enter', limit);
      },
      (limit) => first.waitFor({ state: 'hidden', ...limit }),
    );
  }

  /**
   * Chooses the first entry of the list that holds `text`, and waits until the list makes way.
   * @param bring what brings up the list: it goes away unanswered when another part of the window takes the focus, as a file does that opens
   */
  async choose(text: string, bring: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const row = this.#rows.filter({ hasText: text }).first();
    await again(
      async (limit) => {
        if (!(await row.isVisible())) await bring();
        await row.click(limit);
      },
      (limit) => row.waitFor({ state: 'hidden', ...limit }),
    );
  }

  /** Writes over what a box holds, and accepts it. */
  async answer(text: string, type: 'text' | 'password' = 'text'): Promise<void> {
    const field = this.#field(type);
    await field.fill(text);
    await field.press('Enter');
  }

  /** Waits until it holds `text` beside what is written into it, and returns all that it says. */
  async says(text: string): Promise<string> {
    const box = this.#widget.filter({ hasText: text });
    await box.waitFor();
    return (await box.innerText()).replaceAll('\u00a0', ' ');
  }

  #field(type: string): Locator {
    return this.#widget.locator(`input[type="${type}"]`);
  }
}
