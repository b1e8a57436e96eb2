/**
 * `npm run vscode`: opens the examples in an editor with the packaged extension, and a registry on this machine that has their images,
 * so that everything can be clicked. Desktop VS Code if `code` is on the PATH, else code-server in the browser.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry } from '../helpers/registry.ts';
import { EXAMPLE_HOST, pushShop } from '../helpers/shop.ts';
import { startHost, VSIX } from './host.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');

await using cleanup = new AsyncDisposableStack();
const directory = await mkdtemp(join(tmpdir(), 'larder-vscode-'));
cleanup.defer(() => rm(directory, { recursive: true, maxRetries: 5, retryDelay: 200 }));
const registry = cleanup.adopt(await startRegistry(), (it) => it.close());
await pushShop(registry);
const workspace = await copyExamples();
const settings = { 'larder.store.path': join(directory, 'store') };

console.log(`A copy of examples/ is in ${workspace}; a registry on ${registry.host} has its images.`);
if (hasDesktopCode()) await openDesktop();
else await openServer();
console.log('Stopped.');

/** The examples with the host of the registry that runs now. */
async function copyExamples(): Promise<string> {
  const copy = join(directory, 'examples');
  await cp(EXAMPLES, copy, { recursive: true });
  for (const name of await readdir(copy)) {
    const text = await readFile(join(copy, name), 'utf8');
    await writeFile(join(copy, name), text.replaceAll(EXAMPLE_HOST, registry.host));
  }
  return copy;
}

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
  const data = [
    '--user-data-dir',
    join(directory, 'user'),
    '--extensions-dir',
    join(directory, 'extensions'),
  ];
  const shell = process.platform === 'win32';
  await mkdir(join(directory, 'user/User'), { recursive: true });
  await writeFile(join(directory, 'user/User/settings.json'), JSON.stringify(settings));
  execFileSync('code', [...data, '--install-extension', VSIX], { stdio: 'inherit', shell });
  console.log('Opening it in VS Code, with Larder in a profile of its own. Close the window to stop.');
  const window = spawn('code', [...data, '--new-window', '--wait', workspace], {
    stdio: 'inherit',
    shell,
  });
  await once(window, 'exit');
}

async function openServer(): Promise<void> {
  console.log('There is no `code` on the PATH: using code-server, which is VS Code in the browser.');
  const host = cleanup.adopt(await startHost({ workspace, settings }), (it) => it.close());
  console.log(`\n  Open  ${host.url}\n\nOnly this machine can reach it (127.0.0.1). Press Ctrl+C to stop.`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), host.exited]);
}
