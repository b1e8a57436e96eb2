// `npm run test:grammar`: holds the grammars that package.json contributes against test/grammar/cases, on top of minimal
// YAML and JSON grammars in place of the editor's own.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');
const tester = join(
  dirname(createRequire(import.meta.url).resolve('vscode-tmgrammar-test/package.json')),
  'dist/unit.js',
);
const here = relative(root, import.meta.dirname).replaceAll('\\', '/');
const grammars = ['yaml', 'json'].flatMap((name) => ['-g', `${here}/${name}.tmLanguage.json`]);

const { status } = spawnSync(process.execPath, [tester, '--compact', ...grammars, `${here}/cases/*`], {
  cwd: root,
  stdio: 'inherit',
  // The tester does not end on some assertions that it cannot parse.
  timeout: 60_000,
});
process.exitCode = status === 0 ? 0 : 1;
