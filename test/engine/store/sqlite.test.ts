import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { build } from 'esbuild';
import { loadSqlite } from '../../../server/src/engine/store/sqlite.ts';
import { openStore } from '../../../server/src/engine/store/store.ts';
import { dockerRemote, importImage, sha512, testHost, withDirectory } from './fixture.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SQLITE = join(ROOT, 'server/src/engine/store/sqlite.ts');

describe('SQLite', () => {
  it('is found in a bundle, whether its code is in dist/ or in a chunk below', () =>
    withDirectory(async (directory) => {
      const program = `
        import * as fs from 'node:fs/promises';
        const { loadSqlite } = await import(${JSON.stringify(SQLITE)});
        const sqlite = await loadSqlite({ fs });
        console.log(new sqlite.Database().exec('SELECT 6 * 7')[0].values[0][0]);`;
      await fs.writeFile(join(directory, 'one.ts'), program);
      await fs.writeFile(join(directory, 'two.ts'), program);
      for (const splitting of [true, false]) {
        const outdir = join(directory, splitting ? 'split' : 'whole');
        await build({
          entryPoints: [join(directory, 'one.ts'), join(directory, 'two.ts')],
          ...{ outdir, splitting, bundle: true, format: 'esm', platform: 'node', absWorkingDir: ROOT },
          // What sql.js, a CommonJS module, expects of Node; esbuild.config.mjs gives it so too.
          banner: {
            js: [
              "import { createRequire as __createRequire } from 'node:module';",
              'const require = __createRequire(import.meta.url), __dirname = import.meta.dirname;',
            ].join('\n'),
          },
          chunkNames: 'chunks/[name]-[hash]',
        });
        await fs.copyFile(
          join(ROOT, 'node_modules/sql.js/dist/sql-wasm.wasm'),
          join(outdir, 'sql-wasm.wasm'),
        );
        const { stdout, stderr } = spawnSync(process.execPath, [join(outdir, 'one.js')], {
          cwd: directory,
          encoding: 'utf8',
        });
        assert.equal(stdout, '42\n', stderr);
      }
    }));

  it('writes a plain file with the tables of the index', () =>
    withDirectory(async (directory) => {
      const store = await openStore(testHost(), directory);
      await importImage(store, 'a', {
        remote: dockerRemote('app', sha512('a')),
        dependencies: [{ name: 'example.com/base', labels: { os: 'linux' }, imageId: sha512('b'), size: 5 }],
      });
      const sqlite = await loadSqlite(testHost());
      const db = new sqlite.Database(await fs.readFile(join(directory, 'index.sqlite')));
      const values = (sql: string): unknown => db.exec(sql)[0]?.values;
      assert.deepEqual(values('SELECT imageid, size, latest FROM aciinfo'), [[sha512('a'), 1, 0]]);
      assert.deepEqual(values('SELECT url, platform FROM remote'), [
        ['docker://registry.example/app:1', 'linux/amd64'],
      ]);
      assert.deepEqual(values('SELECT movedto, downloadsize FROM docker'), [[null, 400]]);
      assert.deepEqual(values('SELECT name, labels, imageid, size FROM dependency'), [
        ['example.com/base', '{"os":"linux"}', sha512('b'), 5],
      ]);
      assert.deepEqual(values('PRAGMA journal_mode'), [['delete']]);
    }));
});
