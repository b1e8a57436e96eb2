import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import type { RenderImage } from '../../../server/src/engine/render/render-image.ts';
import { Trees } from '../../../server/src/engine/render/trees.ts';
import type { EnsuredTree } from '../../../server/src/engine/render/trees.ts';
import { ownTag } from '../../../server/src/engine/store/process-tag.ts';
import { openStore } from '../../../server/src/engine/store/store.ts';
import type { Store } from '../../../server/src/engine/store/store.ts';
import { NOW, testHost } from '../store/fixture.ts';
import type { TestHost } from '../store/fixture.ts';
import {
  aciOf,
  directory,
  file,
  hardLink,
  imageFile,
  linesOf,
  symlink,
  UNWATCHED,
  withDirectory,
} from './fixture.ts';

interface Fixture {
  readonly host: TestHost;
  readonly store: Store;
  readonly trees: Trees;
  readonly image: RenderImage;
}

const ACI = aciOf(
  directory('d', 0o750),
  file('d/a', 'data', { mode: 0o000 }),
  hardLink('d/b', 'd/a'),
  symlink('l', 'd/a'),
  file('\xe9', 'x'),
  [{ name: 'null', type: 'character', deviceMajor: 1, deviceMinor: 3 }],
);

async function withTrees(body: (fixture: Fixture) => Promise<void>): Promise<void> {
  await withDirectory(async (scratch) => {
    const host = testHost();
    const store = await openStore(host, join(scratch, 'store'));
    try {
      await body({ host, store, trees: new Trees(host, store), image: await imageFile(scratch, ACI) });
    } finally {
      await store.close();
    }
  });
}

const never = new AbortController().signal;
const left = (store: Store): Promise<string[]> => fs.readdir(join(store.root, 'partial'));

describe('trees of the store', () => {
  it('are rendered once, and used again', () =>
    withTrees(async ({ host, store, trees, image }) => {
      const made = await trees.ensure([image], UNWATCHED);
      assert.equal(made.reused, false);
      assert.equal(await trees.has(made.key), true);
      assert.equal(made.path, join(store.root, 'tree', made.key));
      assert.deepEqual(await linesOf(join(made.path, 'rootfs')), [
        'd/',
        'd/a: data',
        'd/b = d/a',
        'l -> d/a',
        '\xe9: x',
      ]);
      assert.equal((await fs.stat(made.path)).mode & 0o777, 0o700);
      host.now = NOW + 1000;
      assert.deepEqual(await trees.ensure([{ ...image, aci: '/gone' }], UNWATCHED), {
        ...made,
        reused: true,
      });
      assert.deepEqual(await trees.list(), [
        { key: made.key, path: made.path, record: made.record, usedAt: NOW + 1000 },
      ]);
      assert.deepEqual(await left(store), []);
    }));

  it('say what they are made of, and what is not in them', () =>
    withTrees(async ({ trees, image }) => {
      const { record, key, path } = await trees.ensure([image], UNWATCHED);
      assert.deepEqual(JSON.parse(await fs.readFile(join(path, 'tree.json'), 'utf8')), record);
      assert.deepEqual(
        { ...record, digest: '' },
        {
          ...{ version: 1, key, digest: '', entries: 6, size: 5 },
          images: [{ imageId: image.imageId, pathWhitelist: [], within: [] }],
          notMade: [{ path: 'null', type: 'character', mode: '0644', major: 1, minor: 3, uid: 0, gid: 0 }],
          attributes: [],
        },
      );
      const lines = (await fs.readFile(join(path, 'entries.jsonl'), 'utf8')).trimEnd().split('\n');
      assert.deepEqual(JSON.parse(lines[3] ?? ''), {
        path: 'd/b',
        type: 'link',
        uid: 0,
        gid: 0,
        target: 'd/a',
      });
      assert.deepEqual((JSON.parse(lines[5] ?? '') as { path: unknown }).path, { base64: '6Q==' });
    }));

  it('are rendered by one of those who want them at the same time', () =>
    withTrees(async ({ trees, image }) => {
      const made = await Promise.all([1, 2, 3].map(() => trees.ensure([image], UNWATCHED)));
      assert.deepEqual(made.map(({ reused }) => reused).sort(), [false, true, true]);
    }));

  it('are rendered anew when their record is damaged', () =>
    withTrees(async ({ store, trees, image }) => {
      const { path, key } = await trees.ensure([image], UNWATCHED);
      await fs.truncate(join(path, 'tree.json'), 10);
      await fs.writeFile(join(path, 'rootfs/stray'), '');
      assert.equal((await trees.list())[0]?.record, undefined);
      assert.equal((await trees.ensure([image], UNWATCHED)).reused, false);
      assert.deepEqual(await trees.verify(key, never), []);
      assert.deepEqual(await left(store), []);
    }));

  it('leave nothing behind when they cannot be rendered', () =>
    withTrees(async ({ store, trees, image }) => {
      await fs.writeFile(image.aci, 'broken');
      await assert.rejects(trees.ensure([image], UNWATCHED), { code: 'E_DIGEST' });
      assert.deepEqual([await trees.list(), await left(store)], [[], []]);
    }));

  it('are removed unless something has asked for them lately', () =>
    withTrees(async ({ store, trees, image }) => {
      const { key } = await trees.ensure([image], UNWATCHED);
      assert.equal(await trees.remove(key, never, NOW), false);
      assert.equal(await trees.remove(key, never, NOW + 1), true);
      assert.equal(await trees.remove(key, never), false);
      assert.equal(await trees.has(key), false);
      assert.equal(await trees.verify(key, never), undefined);
      assert.deepEqual([await trees.list(), await left(store)], [[], []]);
    }));

  it('that a killed process did not finish are gone after the next opening', () =>
    withTrees(async ({ host, store }) => {
      const { scope } = await ownTag(host);
      const dead = spawnSync(process.execPath, ['--version']).pid;
      const temp = join(store.root, 'partial', `tmp-${scope}-${dead}-1-x.tree`);
      await fs.mkdir(join(temp, 'rootfs/locked/inside'), { recursive: true });
      await fs.chmod(join(temp, 'rootfs/locked'), 0o000);
      const own = basename(await store.tempDirectory('.tree'));
      await (await openStore(host, store.root)).close();
      assert.deepEqual(await left(store), [own]);
    }));
});

describe('the verification of a tree', () => {
  const cases: Record<
    string,
    [damage: (root: string, tree: EnsuredTree) => Promise<unknown>, found: string[]]
  > = {
    'other content': [(root) => fs.writeFile(join(root, 'd/a'), 'atad'), ['/d/a has other content']],
    'another size': [(root) => fs.appendFile(join(root, 'd/a'), '!'), ['/d/a has 5 bytes instead of 4']],
    'another mode': [(root) => fs.chmod(join(root, 'd'), 0o700), ['/d has mode 0700 instead of 0750']],
    'another target': [
      async (root) => {
        await fs.rm(join(root, 'l'));
        await fs.symlink('/etc/passwd', join(root, 'l'));
      },
      ['/l leads to "/etc/passwd" instead of "d/a"'],
    ],
    'a copy in the place of a hard link': [
      async (root) => {
        await fs.rm(join(root, 'd/b'));
        await fs.copyFile(join(root, 'd/a'), join(root, 'd/b'));
      },
      ['/d/b is a file instead of a hard link'],
    ],
    'a file that is gone, and one too many': [
      (root) => fs.rename(join(root, 'l'), join(root, 'm')),
      ['/l is missing', '/m was not there'],
    ],
    'a directory in the place of a link': [
      async (root) => {
        await fs.rm(join(root, 'l'));
        await fs.mkdir(join(root, 'l'));
      },
      ['/l is a directory instead of a symbolic link'],
    ],
    'a device': [
      async (root) => {
        await fs.rm(join(root, 'l'));
        spawnSync('mkfifo', [join(root, 'l')]);
      },
      ['/l is a device, fifo or socket instead of a symbolic link'],
    ],
    'no tree at all': [
      (root) => fs.rm(root, { recursive: true }),
      ['', 'd', 'd/a', 'd/b', 'l', '\ufffd'].map((path) => `/${path} is missing`),
    ],
    'no listing': [(_, { path }) => fs.rm(join(path, 'entries.jsonl')), ['PATH/entries.jsonl is missing']],
    'another listing': [
      (_, { path }) => fs.appendFile(join(path, 'entries.jsonl'), '\n'),
      ['PATH/entries.jsonl has other content'],
    ],
    'no record': [(_, { path }) => fs.rm(join(path, 'tree.json')), ['PATH/tree.json is missing or cut off']],
  };
  for (const [what, [damage, found]] of Object.entries(cases)) {
    it(`finds ${what}`, () =>
      withTrees(async ({ trees, image }) => {
        const tree = await trees.ensure([image], UNWATCHED);
        assert.deepEqual(await trees.verify(tree.key, never), []);
        await damage(join(tree.path, 'rootfs'), tree);
        const differences = (await trees.verify(tree.key, never)) ?? [];
        assert.deepEqual(
          differences.map(({ path, what: is }) => `${path.replace(tree.path, 'PATH')} ${is}`),
          found,
        );
      }));
  }

  it('ends when it is cancelled', () =>
    withTrees(async ({ trees, image }) => {
      const { key } = await trees.ensure([image], UNWATCHED);
      const why = new Error('enough');
      await assert.rejects(trees.verify(key, AbortSignal.abort(why)), why);
    }));
});
