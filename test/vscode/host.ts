/** VS Code (code-server) on 127.0.0.1 with the packaged extension, in a world of its own: no setting or file of the user is read or written. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { installHost } from './install.ts';
import { startGroup } from '../helpers/process-group.ts';

export const VSIX = join(import.meta.dirname, '../../dist/larder.vsix');
const START_TIMEOUT = 30_000;

const FLAGS = [
  ...['--auth', 'none', '--disable-proxy', '--disable-telemetry', '--disable-update-check'],
  ...['--disable-workspace-trust', '--disable-getting-started-override'],
];

/** An editor that shows the file and nothing else, asks nothing and calls nobody. */
const QUIET = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.editor.enablePreview': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'files.autoSave': 'off',
  'editor.minimap.enabled': false,
  'editor.stickyScroll.enabled': false,
  'editor.hover.delay': 100,
};

export interface HostOptions {
  /** Absolute path of the folder to open. */
  readonly workspace: string;
  /** User settings, over those of a quiet editor. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment of the extension host, over this process's. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Host {
  /** The page of a window on the workspace. */
  readonly url: string;
  /** Where everything is that the editor and its extensions write of themselves: settings, state, logs. */
  readonly directory: string;
  /** Resolves when the server has ended by itself. */
  readonly exited: Promise<void>;
  close(): Promise<void>;
}

/** Installs dist/larder.vsix into an empty editor and starts it. */
export async function startHost(options: HostOptions): Promise<Host> {
  if (!existsSync(VSIX)) throw new Error('dist/larder.vsix is not there: run `npm run package` first');
  const entry = await installHost((line) => console.log(line));
  await using cleanup = new AsyncDisposableStack();
  // Not the TMPDIR of the caller: a Unix socket's path may have 107 bytes, and VS Code puts sockets there.
  const directory = await mkdtemp('/tmp/larder-');
  cleanup.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  const env = await privateWorld(directory, options);
  const data = [
    '--user-data-dir',
    join(directory, 'user'),
    '--extensions-dir',
    join(directory, 'extensions'),
  ];
  await promisify(execFile)(process.execPath, [entry, ...data, '--install-extension', VSIX], { env });

  const port = await freePort();
  const log = join(directory, 'host.log');
  const args = [entry, ...FLAGS, '--bind-addr', `127.0.0.1:${port}`, ...data, options.workspace];
  const group = cleanup.adopt(startGroup(process.execPath, args, env, log), (it) => it.stop());
  try {
    await Promise.race([
      healthy(port),
      group.exited.then(() => Promise.reject(new Error('code-server ended'))),
    ]);
  } catch (error) {
    throw new Error(`the editor did not start:\n${await readFile(log, 'utf8')}`, { cause: error });
  }
  const url = `http://127.0.0.1:${port}/?folder=${encodeURIComponent(options.workspace)}`;
  const owned = cleanup.move();
  return { url, directory, exited: group.exited, close: () => owned.disposeAsync() };
}

/** Makes the directories and settings of the editor; returns its environment. */
async function privateWorld(directory: string, options: HostOptions): Promise<NodeJS.ProcessEnv> {
  const sub = (name: string): string => join(directory, name);
  await Promise.all(
    ['home', 'config', 'data', 'cache', 'tmp', 'user/User', 'user/Machine'].map((name) =>
      mkdir(sub(name), { recursive: true }),
    ),
  );
  await writeFile(sub('user/User/settings.json'), JSON.stringify({ ...QUIET, ...options.settings }));
  // For the browser this machine is a remote one, whose settings of scope machine are not among the user's: there they hold only until
  // VS Code has learned from the extension which those are.
  await writeFile(sub('user/Machine/settings.json'), JSON.stringify(options.settings ?? {}));
  // What the editor or test runner that started this process told its own children is not for this editor.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|CODE_SERVER_|NODE_|npm_|PASSWORD$|PORT$)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: sub('home'),
    XDG_CONFIG_HOME: sub('config'),
    XDG_DATA_HOME: sub('data'),
    XDG_CACHE_HOME: sub('cache'),
    TMPDIR: sub('tmp'),
    // No gallery: nothing is looked up outside this machine.
    EXTENSIONS_GALLERY: '{}',
    ...options.env,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function healthy(port: number): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT;
  while (Date.now() < deadline) {
    try {
      if ((await fetch(`http://127.0.0.1:${port}/healthz`)).ok) return;
    } catch {
      // Refused: it does not listen yet. Asked again until the deadline.
    }
    await sleep(100);
  }
  throw new Error(`no answer on port ${port} within ${START_TIMEOUT / 1000} s`);
}
