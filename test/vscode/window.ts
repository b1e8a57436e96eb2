/** What a person does and sees in one window of the editor. Every `wait` fails after the time limit of the page with what was awaited. */
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { again } from './again.ts';
import type { Limit } from './again.ts';
import { QuickInput } from './quick-input.ts';

/** Runs in the page. */
const RECORD = `
  globalThis.notified = new Set();
  new MutationObserver(() => {
    for (const { textContent } of document.querySelectorAll('.notification-list-item-message'))
      globalThis.notified.add(textContent);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
`;

export class EditorWindow {
  readonly page: Page;
  readonly #quick: QuickInput;

  constructor(page: Page) {
    this.page = page;
    this.#quick = new QuickInput(page);
    page.setDefaultTimeout(30_000);
  }

  /** Opens a file of the workspace's top folder from the explorer. */
  async openFile(name: string): Promise<void> {
    await this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).dblclick();
    await this.page.locator('.monaco-editor .view-line').first().waitFor();
  }

  /** Waits for a squiggle of that severity. */
  async waitForSquiggle(severity: 'error' | 'warning' | 'info' | 'hint'): Promise<void> {
    await this.page.locator(`.monaco-editor .squiggly-${severity}`).first().waitFor();
  }

  /** Waits for a row of the editor that holds these texts in this order, those that are shown beside the code included. */
  async waitForRow(...texts: readonly string[]): Promise<void> {
    await this.#row(...texts).waitFor();
  }

  /** Points at the first token that holds `token`, in the first row that holds `row`, until a hover with `expected` appears; returns all of it. */
  async hover(row: string, token: string, expected: string | RegExp): Promise<string> {
    const target = this.#row(row).locator('span span', { hasText: token }).first();
    const hover = this.page.locator('.monaco-hover:not(.hidden)', { hasText: expected }).first();
    await this.#aim((limit) => target.hover(limit), hover);
    return plain(hover);
  }

  /** Waits for a code lens that says this. */
  async waitForLens(text: string): Promise<void> {
    await this.page.locator('.codelens-decoration', { hasText: text }).first().waitFor();
  }

  /** Clicks the part of a code lens with this text. */
  async clickLens(text: string | RegExp): Promise<void> {
    await this.page.locator('.codelens-decoration a', { hasText: text }).first().click();
  }

  /** Waits for a notification that holds `text` and returns all that it says. */
  async notification(text: string | RegExp): Promise<string> {
    const toast = this.#notification(text);
    await toast.waitFor();
    return plain(toast);
  }

  /** Waits until what was notified has gone, as the progress of what has ended does; with `text`, only what holds that. */
  async waitForNoNotification(text: string | RegExp = ''): Promise<void> {
    await this.#notification(text).waitFor({ state: 'detached' });
  }

  /** Presses a button of the notification that holds `text`. */
  async pressInNotification(text: string | RegExp, button: string): Promise<void> {
    await this.#notification(text).locator('.monaco-button', { hasText: button }).click();
  }

  /** From now on keeps what is notified, though it be there for a moment only; what it returns tells it. */
  async recordNotifications(): Promise<() => Promise<string[]>> {
    await this.page.evaluate(RECORD);
    return () => this.page.evaluate<string[]>('[...globalThis.notified]');
  }

  /** Runs a command by the words that the palette has for it. */
  runCommand(words: string): Promise<void> {
    return this.#quick.run(words);
  }

  /** Deletes the first token that is `token`, quotes aside, in the first row that holds `row`, and leaves the cursor there. */
  async deleteWord(row: string, token: string): Promise<void> {
    await this.#row(row).locator('span span', { hasText: token }).first().dblclick();
    await this.page.keyboard.press('Backspace');
  }

  /** Asks what could be written at the cursor; returns the labels in their order. */
  async suggestions(): Promise<string[]> {
    const labels = this.page.locator('.suggest-widget.visible .monaco-list-row .label-name');
    await this.page.keyboard.press('Control+Space');
    await labels.first().waitFor();
    return labels.allInnerTexts();
  }

  /** Takes the suggestion with this label. */
  async takeSuggestion(label: string): Promise<void> {
    const exactly = this.page.getByText(label, { exact: true });
    await this.page.locator('.suggest-widget.visible .monaco-list-row', { has: exactly }).click();
  }

  /** Puts the cursor into a row, as {@link putCursor}, and asks what can be done there; returns the titles in their order. */
  async actions(text: string, token: string): Promise<string[]> {
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    await again(
      async (limit) => {
        await this.putCursor(text, token, limit);
        await this.page.keyboard.press('Control+.');
      },
      (limit) => rows.first().waitFor(limit),
    );
    return rows.allInnerTexts();
  }

  /** Takes the first of {@link actions} with this in its title. */
  async takeAction(title: string): Promise<void> {
    const row = this.page.locator('.action-widget .monaco-list-row.action', { hasText: title }).first();
    await again(
      (limit) => row.click(limit),
      (limit) => row.waitFor({ state: 'hidden', ...limit }),
    );
  }

  /** Puts the cursor into the first row that holds `text`; with `token`, before the first token there that holds it. */
  async putCursor(text: string, token?: string, limit?: Limit): Promise<void> {
    const row = this.#row(text);
    if (token === undefined) return row.click(limit);
    // Beside where the cursor is after that: it would take the next click.
    const position = { x: 3, y: 3 };
    await row
      .locator('span span', { hasText: token })
      .first()
      .click({ position, ...limit });
  }

  /** Writes over what an input box holds, and accepts it. */
  answerBox(text: string): Promise<void> {
    return this.#quick.answer(text);
  }

  /** Writes into an input box that does not show what is written, and accepts it. */
  answerSecretBox(text: string): Promise<void> {
    return this.#quick.answer(text, 'password');
  }

  /** Waits for an input box that holds `text` beside what is written into it, and returns all that it says. */
  box(text: string): Promise<string> {
    return this.#quick.says(text);
  }

  /** Chooses the first entry that holds `text` of a list; `bring` brings it up, and once more if it goes away unanswered. */
  choose(text: string, bring?: () => Promise<void>): Promise<void> {
    return this.#quick.choose(text, bring);
  }

  /** Waits for a row of the panel that shows what an edit would change. */
  async waitForPreview(text: string): Promise<void> {
    await this.page.locator('.bulk-edit-panel .monaco-list-row', { hasText: text }).first().waitFor();
  }

  /** Has an edit made to what is in this row of the panel. */
  async checkInPreview(row: string): Promise<void> {
    const rows = this.page.locator('.bulk-edit-panel .monaco-list-row', { hasText: row });
    await rows.first().locator('.monaco-checkbox, input[type="checkbox"]').first().click();
  }

  async pressInPreview(button: string): Promise<void> {
    await this.page.locator('.bulk-edit-panel .monaco-button', { hasText: button }).click();
    await this.page.locator('.bulk-edit-panel .monaco-button').first().waitFor({ state: 'hidden' });
  }

  /** Waits until the file of this name is the one in front. */
  async waitForTab(name: string): Promise<void> {
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
  }

  /** Waits for what the editor says beside the cursor when it does not do as it is told. */
  async notice(text: string): Promise<void> {
    await this.page.locator('.monaco-editor-overlaymessage', { hasText: text }).waitFor();
  }

  /** Copies all of the file in front, and returns it. */
  async copyAll(): Promise<string> {
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Control+C');
    return this.page.evaluate<string>('navigator.clipboard.readText()');
  }

  /** Waits for a modal dialog that holds `text` and returns all that it says. */
  async dialog(text: string): Promise<string> {
    const dialog = this.page.locator('.monaco-dialog-box', { hasText: text });
    await dialog.waitFor();
    return plain(dialog);
  }

  async pressInDialog(button: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box .monaco-button', { hasText: button }).click();
  }

  /** Points at the language status in the status bar, and returns all its rows once one of them holds `text`. */
  async languageStatus(text: string): Promise<string> {
    const rows = this.page.locator('.monaco-hover:not(.hidden)', { hasText: text }).first();
    await this.#aim((limit) => this.page.locator('[id="status.languageStatus"]').hover(limit), rows);
    return plain(rows);
  }

  /** Drags the edge of the side bar; in pixels. */
  async widenSideBar(by: number): Promise<void> {
    const { mouse } = this.page;
    const { x = 0, width = 0 } = (await this.page.locator('.part.sidebar').boundingBox()) ?? {};
    await mouse.move(x + width, 400);
    await mouse.down();
    await mouse.move(x + width + by, 400);
    await mouse.up();
    await this.pointAway();
  }

  /** Opens the window anew, as a person does with the browser's button. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.waitForExplorer();
  }

  async waitForExplorer(): Promise<void> {
    await this.page.waitForSelector('.monaco-workbench .explorer-folders-view .monaco-list-row');
  }

  /** All that the page holds, shown or not, and what is written in its boxes. */
  async everything(): Promise<string> {
    const written = await this.page
      .locator('input, textarea')
      .evaluateAll((boxes) => boxes.map((box) => (box as unknown as { value: string }).value));
    return [await this.page.content(), ...written].join('\n');
  }

  /** Puts the mouse where it hovers over nothing. */
  async pointAway(): Promise<void> {
    await this.page.mouse.move(900, 700);
    await this.page.locator('.monaco-hover:not(.hidden)').first().waitFor({ state: 'hidden' });
  }

  async screenshot(directory: string, name: string): Promise<void> {
    await this.page.screenshot({ path: join(directory, `${name}.png`), animations: 'disabled' });
  }

  #notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
  }

  #row(...texts: readonly string[]): Locator {
    // The editor writes the spaces of a row as no-break spaces.
    const pattern = texts.map((text) => escape(text).replaceAll(' ', '\\s')).join('.*');
    return this.page.locator('.view-line', { hasText: new RegExp(pattern) }).first();
  }

  /** Repeats a mouse movement until it brings up `wanted`. */
  #aim(movement: (limit: Limit) => Promise<void>, wanted: Locator): Promise<void> {
    return again(
      async (limit) => {
        await this.page.mouse.move(900, 700);
        await movement(limit);
      },
      (limit) => wanted.waitFor(limit),
    );
  }
}

async function plain(locator: Locator): Promise<string> {
  return (await locator.innerText()).replaceAll('\u00a0', ' ');
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
