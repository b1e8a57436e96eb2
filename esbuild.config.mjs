// Bundles the extension, the language server and the command line into dist/. Types are checked first: a bundle of
// a program that does not type-check must not exist.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';

const types = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit'], {
  stdio: 'inherit',
});
if (types.status !== 0) process.exit(1);

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
await build({
  entryPoints: {
    client: 'client/src/extension.ts',
    server: 'server/src/main.ts',
    larder: 'server/src/cli/main.ts',
    'engine-worker': 'server/src/jobs/engine-worker.ts',
    'layer-worker': 'server/src/engine/aci/layer-worker.ts',
    // An entry, so that it is a file of its own that anybody can replace, as its licence (LGPL) asks: docs/third-party.md.
    openpgp: 'openpgp',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minify: true,
  // Stack traces in the log must name functions.
  keepNames: true,
  legalComments: 'linked',
  // jsonc-parser's `main` is a UMD file whose relative requires a bundler cannot follow.
  mainFields: ['module', 'main'],
  // Its build for Node looks into process.env at every token, a fifth of the time of parsing; the one for browsers does not.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  external: ['vscode'],
  // Bundled CommonJS packages still expect what Node gives a CommonJS module.
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      'const require = __createRequire(import.meta.url), { filename: __filename, dirname: __dirname } = import.meta;',
    ].join('\n'),
  },
  chunkNames: 'chunks/[name]-[hash]',
  logLevel: 'warning',
});
copyFileSync('node_modules/sql.js/dist/sql-wasm.wasm', 'dist/sql-wasm.wasm');
cpSync('media/licenses', 'dist/licenses', { recursive: true });
copyFileSync('node_modules/openpgp/LICENSE', 'dist/licenses/LGPL-3.0.txt');
chmodSync('dist/larder.js', 0o755);
