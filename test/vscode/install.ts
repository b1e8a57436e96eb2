/**
 * Installs the editor that the editor suites and `npm run vscode` use where there is no desktop VS Code: code-server, which is VS Code
 * with its own extension host, from npm. `node test/vscode/install.ts` does it alone; a second run does nothing.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

/** code-server's own version; 4.139 is VS Code 1.139. */
const VERSION = '4.139.1';
const DIRECTORY = join(import.meta.dirname, '../../.vscode-host');
/** What the stamp says; another text installs anew. */
const INSTALLED = `${VERSION} with log files`;
const STAMP = join(DIRECTORY, 'installed');
const PACKAGE = join(DIRECTORY, 'node_modules/code-server');
/** VS Code's writer of log files, a native module that is not compiled here. */
const LOG_MODULE = join(PACKAGE, 'lib/vscode/node_modules/@vscode/spdlog/index.js');

/**
 * Makes sure that code-server is installed in `.vscode-host/` of this repository.
 *
 * @param say told what takes long, one line a step
 * @returns the script to start with this process's own Node
 * @throws Error when this is not Node 24, which code-server is built for, or npm fails
 */
export async function installHost(say: (line: string) => void): Promise<string> {
  const entry = join(PACKAGE, 'out/node/entry.js');
  if (!process.version.startsWith('v24.')) {
    throw new Error(
      `code-server ${VERSION} runs on Node 24 only, but this is ${process.version}: start it with \`npm run\``,
    );
  }
  if (existsSync(STAMP) && (await readFile(STAMP, 'utf8')) === INSTALLED) return entry;

  say(`Installing code-server ${VERSION} from npm into .vscode-host/ (about half a minute, 600 MB) …`);
  await rm(DIRECTORY, { recursive: true, force: true });
  await mkdir(DIRECTORY);
  await writeFile(
    join(DIRECTORY, 'package.json'),
    JSON.stringify({ private: true, dependencies: { 'code-server': VERSION } }),
  );
  // No install scripts: they build native modules (sqlite3, kerberos, logging) that an editor on the same machine does without.
  await npm(DIRECTORY, 'install', '--ignore-scripts');
  // What the skipped script would have done for VS Code itself. `npm ci` refuses the shrinkwrap that is published with it.
  await npm(join(PACKAGE, 'lib/vscode'), 'install', '--ignore-scripts', '--omit=dev');
  await build({
    entryPoints: [join(import.meta.dirname, 'log-files.ts')],
    outfile: LOG_MODULE,
    allowOverwrite: true,
    format: 'cjs',
    platform: 'node',
  });
  await writeFile(STAMP, INSTALLED);
  say('code-server is installed.');
  return entry;
}

async function npm(cwd: string, ...args: string[]): Promise<void> {
  // `npm run` tells its children which package they are in; this npm works in another one.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(package|lifecycle|config_local_prefix)/.test(name),
    ),
  );
  await promisify(execFile)('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    env,
    maxBuffer: 1 << 26,
  });
}

if (import.meta.main) await installHost((line) => console.log(line));
