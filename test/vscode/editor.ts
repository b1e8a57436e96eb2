/** Windows of the editor in headless Chromium, each with an extension host of its own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startHost, type HostOptions } from './host.ts';
import { EditorWindow } from './window.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** The defaults of a new Chromium look up hosts of its maker. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const ROOT = join(import.meta.dirname, '../..');
/** Pictures that nobody keeps; git ignores them. */
const SCRATCH = join(ROOT, 'out/screenshots');
/** Where pictures go: to those of the README when LARDER_SCREENSHOTS=1 asks to renew them. */
export const PICTURES = process.env['LARDER_SCREENSHOTS'] === '1' ? join(ROOT, 'docs/images') : SCRATCH;

export interface Editor {
  /** Where everything is that it and its extensions write of themselves. */
  readonly directory: string;
  /** Opens one more window on the workspace and waits for its explorer. */
  openWindow(): Promise<EditorWindow>;
  /** Ends the windows, the editor and everything they started. */
  close(): Promise<void>;
}

/** Starts a real VS Code with the packaged extension on a folder, and a browser to look at it. */
export async function openEditor(options: HostOptions): Promise<Editor> {
  if (!existsSync(CHROMIUM))
    throw new Error(`${CHROMIUM} is not there: apt-get install chromium, or name one in CHROMIUM`);
  await using cleanup = new AsyncDisposableStack();
  const host = cleanup.adopt(await startHost(options), (it) => it.close());
  const launched = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
  const browser = cleanup.adopt(launched, (it) => it.close());
  // One browser profile for all windows, as a person has.
  const context = await browser.newContext({
    viewport: { width: 1120, height: 680 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const owned = cleanup.move();
  return {
    directory: host.directory,
    async openWindow() {
      const page = await context.newPage();
      await page.goto(host.url);
      const window = new EditorWindow(page);
      await window.waitForExplorer();
      return window;
    },
    async close() {
      // Where a test failed, this tells more than what it awaited in vain.
      for (const [index, page] of context.pages().entries())
        await page.screenshot({ path: join(SCRATCH, `last-${index + 1}.png`) });
      await owned.disposeAsync();
    },
  };
}
