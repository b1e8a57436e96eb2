/**
 * `npm run vscode`: opens `examples/` in an editor with the packaged extension, in a profile of its own. Desktop VS Code if `code` is
 * on the PATH, else code-server in the browser.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost } from './host.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'examples');
const VSIX = join(ROOT, 'dist/larder.vsix');

if (hasDesktopCode()) await openDesktop();
else await openServer();

function hasDesktopCode(): boolean {
  try {
    execFileSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' });
    return true;
  } catch {
    // Not installed, or not able to run here: code-server takes its place.
    return false;
  }
}

/** The user's own VS Code, with a profile that is gone afterwards: neither its extensions nor its settings are touched. */
async function openDesktop(): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'larder-code-'));
  const data = ['--user-data-dir', join(profile, 'user'), '--extensions-dir', join(profile, 'extensions')];
  const shell = process.platform === 'win32';
  try {
    execFileSync('code', [...data, '--install-extension', VSIX], { stdio: 'inherit', shell });
    console.log(
      `Opening ${EXAMPLES} in VS Code, with Larder in a profile of its own. Close the window to stop.`,
    );
    const window = spawn('code', [...data, '--new-window', '--wait', EXAMPLES], { stdio: 'inherit', shell });
    await once(window, 'exit');
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function openServer(): Promise<void> {
  console.log('No `code` on the PATH: using code-server, which is VS Code in the browser.');
  const host = await startHost({ workspace: EXAMPLES });
  console.log(
    `\n  Open  ${host.url}\n\nIt shows ${EXAMPLES} with Larder installed, on this machine only (127.0.0.1). Press Ctrl+C to stop.`,
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), host.exited]);
  await host.close();
  console.log('Stopped.');
}
