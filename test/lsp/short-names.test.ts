import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ShortNamesWatch } from '../../server/src/lsp/short-names.ts';
import { withDirectory } from '../engine/store/fixture.ts';

const silent = (): void => undefined;

interface Watched {
  readonly watch: ShortNamesWatch;
  /** Writes below the user's home directory; the path. */
  readonly write: (name: string, text: string) => Promise<string>;
  /** Looks again, a second later. */
  readonly later: () => Promise<void>;
  /** Files that were looked at. */
  readonly looks: string[];
  readonly warnings: string[];
  /** What names stood for at each change. */
  readonly changes: unknown[];
}

const CONF = '.config/containers/registries.conf';
const DOCKER = { shortNames: 'docker', registriesConf: '' } as const;
const ALIASES = { shortNames: 'aliases', registriesConf: '' } as const;

const alias = (target: string): string => `[aliases]\nnginx = "${target}"\n`;

/** A user without a registries.conf; the machine's own, if there is one, is left out by CONF once that is written. */
async function watched(body: (watched: Watched) => Promise<void>): Promise<void> {
  await withDirectory(async (home) => {
    let now = 0;
    const [looks, warnings, changes] = [[] as string[], [] as string[], [] as unknown[]];
    const stat = (path: string): ReturnType<typeof fs.stat> => {
      looks.push(path);
      return fs.stat(path);
    };
    const watch: ShortNamesWatch = new ShortNamesWatch(
      { ...fs, stat: stat as typeof fs.stat },
      { now: () => now, env: { HOME: home }, platform: 'linux' },
      { debug: silent, info: silent, warn: (message) => void warnings.push(message), error: silent },
      () => void changes.push(watch.aliases?.get('nginx')),
    );
    const write = async (name: string, text: string): Promise<string> => {
      const path = join(home, name);
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(path, text);
      return path;
    };
    const later = (): Promise<void> => {
      now += 1000;
      return watch.check();
    };
    await body({ watch, write, later, looks, warnings, changes });
  });
}

describe('ShortNamesWatch', () => {
  it("reads names in docker's way, and looks at no file, until the settings ask for aliases", () =>
    watched(async ({ watch, write, looks, changes, later }) => {
      await write(CONF, alias('quay.io/a/nginx'));
      assert.equal(watch.aliases, undefined);
      await watch.use(DOCKER);
      await later();
      assert.deepEqual([watch.aliases, looks, changes], [undefined, [], []]);
    }));

  it('tells the aliases of the files, and their changes', () =>
    watched(async ({ watch, write, later, changes }) => {
      await write(CONF, alias('quay.io/a/nginx'));
      await watch.use(ALIASES);
      assert.deepEqual(watch.aliases, new Map([['nginx', 'quay.io/a/nginx']]));
      await write(CONF, alias('quay.io/longer/nginx'));
      await later();
      await write('.config/containers/registries.conf.d/1.conf', '[aliases]\nnginx = ""\n');
      await later();
      assert.deepEqual(changes, ['quay.io/a/nginx', 'quay.io/longer/nginx', undefined]);
      assert.equal(watch.aliases.size, 0);
    }));

  it('keeps the map, and tells of nothing, when a file changes and no alias does', () =>
    watched(async ({ watch, write, later, changes }) => {
      await write(CONF, alias('quay.io/a/nginx'));
      await watch.use(ALIASES);
      const { aliases } = watch;
      await write(CONF, `${alias('quay.io/a/nginx')}\n[[registry]]\nlocation = "quay.io"\n`);
      await later();
      assert.equal(watch.aliases, aliases);
      assert.equal(changes.length, 1);
    }));

  it('looks at the files at most once a second', () =>
    watched(async ({ watch, write, looks, later }) => {
      const path = await write(CONF, alias('quay.io/a/nginx'));
      await watch.use(ALIASES);
      const count = looks.length;
      assert.ok(looks.includes(path));
      await Promise.all(Array.from({ length: 20 }, () => watch.check()));
      assert.equal(looks.length, count);
      await later();
      assert.ok(looks.length > count);
    }));

  it('keeps what held last while the file is broken, and warns once', () =>
    watched(async ({ watch, write, later, warnings, changes }) => {
      const path = await write(CONF, alias('quay.io/a/nginx'));
      await watch.use(ALIASES);
      const { aliases } = watch;
      await write(CONF, '[aliases\n');
      await later();
      await later();
      assert.equal(watch.aliases, aliases);
      assert.ok(watch.failure?.includes(path), String(watch.failure));
      assert.deepEqual(warnings, [watch.failure]);
      // So that the sentence is shown, and then is not.
      assert.equal(changes.length, 2);
      await write(CONF, alias('quay.io/mended/nginx'));
      await later();
      assert.equal(watch.failure, null);
      assert.equal(watch.aliases?.get('nginx'), 'quay.io/mended/nginx');
      assert.equal(warnings.length, 1);
    }));

  it('keeps nothing of one file when the settings name another, which cannot be read', () =>
    watched(async ({ watch, write, later }) => {
      await write(CONF, alias('quay.io/a/nginx'));
      await watch.use(ALIASES);
      await watch.use({ ...ALIASES, registriesConf: '/nowhere/registries.conf' });
      assert.deepEqual(watch.aliases, new Map());
      assert.match(watch.failure ?? '', /"\/nowhere\/registries\.conf" does not exist/);
      const path = await write('other.conf', alias('quay.io/other/nginx'));
      await watch.use({ ...ALIASES, registriesConf: path });
      assert.deepEqual([watch.aliases.get('nginx'), watch.failure], ['quay.io/other/nginx', null]);
      await rm(path);
      await later();
      assert.match(watch.failure ?? '', /does not exist/);
      assert.equal(watch.aliases.get('nginx'), 'quay.io/other/nginx');
    }));

  it("goes back to docker's way, with no failure left", () =>
    watched(async ({ watch, write, changes }) => {
      await write(CONF, '[aliases\n');
      await watch.use(ALIASES);
      assert.notEqual(watch.failure, null);
      await watch.use(DOCKER);
      assert.deepEqual([watch.aliases, watch.failure], [undefined, null]);
      assert.equal(changes.length, 2);
    }));

  it('keeps to the last of two settings that follow each other', () =>
    watched(async ({ watch, write }) => {
      const [one, other] = [
        await write('one.conf', alias('quay.io/one/nginx')),
        await write('other.conf', alias('quay.io/other/nginx')),
      ];
      await Promise.all([
        watch.use({ ...ALIASES, registriesConf: one }),
        watch.use({ ...ALIASES, registriesConf: other }),
      ]);
      assert.equal(watch.aliases?.get('nginx'), 'quay.io/other/nginx');
      await Promise.all([watch.use({ ...ALIASES, registriesConf: one }), watch.use(DOCKER)]);
      assert.equal(watch.aliases, undefined);
    }));
});
