/** A view in the side bar of an editor's window, as a person sees and clicks it. */
import type { Locator, Page } from 'playwright-core';
import { again, untilDone } from './again.ts';

export class Pane {
  readonly #page: Page;
  readonly #pane: Locator;
  readonly #header: Locator;

  /** @param title as the header of the view has it */
  constructor(page: Page, title: string) {
    this.#page = page;
    this.#header = page.locator(`.pane-header[aria-label^="${title}"]`);
    this.#pane = page.locator('.pane').filter({ has: this.#header });
  }

  /** Opens it, or closes it. */
  async toggle(): Promise<void> {
    await this.#header.locator('.title').click();
  }

  /** Waits for a row that holds these texts. */
  async row(...texts: readonly string[]): Promise<void> {
    await this.#row(texts).waitFor();
  }

  /** What a screen reader says of the rows, from top to bottom. */
  async rows(): Promise<string[]> {
    const rows = await this.#pane.locator('.monaco-list-row').all();
    return Promise.all(rows.map(async (row) => (await row.getAttribute('aria-label')) ?? ''));
  }

  async click(...texts: readonly string[]): Promise<void> {
    await this.#row(texts).locator('.monaco-icon-label').first().click();
  }

  /** Presses an icon of a row, which is there while the mouse is over it. */
  async press(action: string, ...texts: readonly string[]): Promise<void> {
    await this.#pressIn(this.#row(texts), action);
  }

  /** Presses an icon of the header. */
  async pressInTitle(action: string): Promise<void> {
    await this.#pressIn(this.#header, action);
  }

  /** Points at a row, and returns its tooltip. */
  async tooltip(...texts: readonly string[]): Promise<string> {
    const label = this.#row(texts).locator('.monaco-icon-label').first();
    const hover = this.#page.locator('.monaco-hover:not(.hidden) .hover-contents').first();
    await again(
      async (limit) => {
        await this.#page.mouse.move(900, 700);
        await label.hover(limit);
      },
      (limit) => hover.waitFor(limit),
    );
    return (await hover.innerText()).replaceAll('\u00a0', ' ');
  }

  /** What is drawn anew under a mouse that rests does not show its icons: the mouse goes there once more. */
  #pressIn(place: Locator, action: string): Promise<void> {
    const icon = place.locator(`.action-label[aria-label^="${action}"]`);
    return untilDone(async (limit) => {
      await place.hover(limit);
      await icon.click(limit);
    });
  }

  #row(texts: readonly string[]): Locator {
    return texts
      .reduce((rows, text) => rows.filter({ hasText: text }), this.#pane.locator('.monaco-list-row'))
      .first();
  }
}
