import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { larder } from './fake-terminal.ts';
import { DEPLOYMENT } from './manifests.ts';
import { API_ID, WEB_ID, withStore } from './store-fixture.ts';

describe('larder status', () => {
  it('prints a table of the images of the manifests', () =>
    withStore(async (store, cwd) => {
      await writeFile(join(cwd, 'shop.yaml'), DEPLOYMENT);
      const { code, stdout, stderr } = await larder(['status', 'shop.yaml', '--dir', store], { cwd });
      assert.deepEqual([code, stderr], [0, '']);
      assert.equal(
        stdout,
        `WHERE         IMAGE                   POLICY        STATUS                       SIZE
shop.yaml:9   registry.example/web:1  Allways       in store, checked 3 min ago  3 B
shop.yaml:12  registry.example/api:1  IfNotPresent  moved, seen 3 min ago        3 B
shop.yaml:14  Postgres:17             -             not a valid reference        -
shop.yaml:16  redis:7                 Never         not in store                 -
shop.yaml:19  {{ .Values.image }}     -             templated                    -
`,
      );
    }));

  it('prints one document with stable keys', () =>
    withStore(async (store, cwd) => {
      await writeFile(join(cwd, 'shop.yaml'), DEPLOYMENT);
      const { code, stdout } = await larder(['status', '--json', 'shop.yaml', '--dir', store], { cwd });
      assert.equal(code, 0);
      const rows = JSON.parse(stdout) as Record<string, unknown>[];
      const always = ['file', 'line', 'column', 'pod', 'role', 'name', 'image', 'unresolved', 'pullPolicy'];
      for (const row of rows) {
        for (const key of [...always, 'effectivePolicy', 'reference', 'store', 'freshness', 'error'])
          assert.ok(key in row, key);
      }
      const [web, api, db] = rows;
      assert.ok(web);
      assert.deepEqual([web['line'], web['column'], web['name']], [9, 18, 'web']);
      assert.equal((web['reference'] as { canonical: string }).canonical, 'docker://registry.example/web:1');
      assert.deepEqual(web['pod'], { kind: 'Deployment', name: 'shop' });
      assert.equal((web['store'] as { imageId: string }).imageId, WEB_ID);
      assert.equal((api?.['store'] as { imageId: string }).imageId, API_ID);
      assert.equal((api?.['freshness'] as { state: string }).state, 'moved');
      assert.equal((db?.['error'] as { code: string }).code, 'E_REF');
    }));

  it('reports files that cannot be read, and reads the others', () =>
    withStore(async (store, cwd) => {
      await writeFile(join(cwd, 'b.yaml'), `\ufeff${DEPLOYMENT}`);
      await mkdir(join(cwd, 'dir'));
      const { code, stdout, stderr } = await larder(['status', 'a.yaml', 'dir', 'b.yaml', '--dir', store], {
        cwd,
      });
      assert.equal(code, 1);
      assert.match(
        stderr,
        /"a\.yaml" was not read: it does not exist\. \[E_FILE\]\n.*"dir" .* is a directory/,
      );
      assert.match(stdout, /^b\.yaml:9 /m);
    }));

  it('says so when there are no images', () =>
    withStore(async (store, cwd) => {
      await writeFile(join(cwd, 'x.yaml'), 'a: 1\n');
      assert.deepEqual(await larder(['status', 'x.yaml', '--dir', store], { cwd }), {
        code: 0,
        stdout: '',
        stderr: 'No images.\n',
      });
    }));

  it('says what it does not know when the store is damaged', () =>
    withStore(async (store, cwd) => {
      await writeFile(join(cwd, 'shop.yaml'), DEPLOYMENT);
      await writeFile(join(store, 'index.sqlite'), 'not a database');
      const { code, stdout } = await larder(['status', 'shop.yaml', '--dir', store], { cwd });
      assert.equal(code, 0);
      assert.match(stdout, /web:1 .*unknown: The index /);
      const list = await larder(['image', 'list', '--dir', store]);
      assert.deepEqual([list.code, list.stdout], [1, '']);
      assert.match(list.stderr, /is damaged; the next fetch rebuilds it\. \[E_STORE_CORRUPT\]/);
    }));

  it('says without a file what the store takes of its disk', () =>
    withStore(async (store) => {
      const { code, stdout, stderr } = await larder(['status', '--dir', store]);
      assert.deepEqual([code, stderr], [0, '']);
      const rows = stdout
        .trimEnd()
        .split('\n')
        .map((row) => row.split(/ {2,}/));
      assert.deepEqual(
        rows.map(([name, count]) => [name, count]),
        [
          [store, 'COUNT'],
          ['images', '2'],
          ['registry blobs', '0'],
          ['rendered trees', '0'],
          ['prepared pods', '0'],
          ['unfinished downloads', '0'],
          ['index', '1'],
          ['total', rows.at(-1)?.[1]],
        ],
      );
      const json = JSON.parse((await larder(['status', '--json', '--dir', store])).stdout) as Record<
        string,
        { bytes: number }
      >;
      const { store: root, bytes, ...parts } = json;
      assert.equal(root, store);
      assert.deepEqual(Object.keys(parts).sort(), [
        'blobs',
        'images',
        'index',
        'pods',
        'trees',
        'unfinished',
      ]);
      assert.equal(
        bytes,
        Object.values(parts).reduce((sum, part) => sum + part.bytes, 0),
      );
    }));
});
