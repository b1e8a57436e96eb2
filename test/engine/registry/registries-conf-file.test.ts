import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { RegistriesConfFile } from '../../../server/src/engine/registry/registries-conf-file.ts';
import { testHost, withDirectory } from '../store/fixture.ts';

const registry = (prefix: string, location: string): string =>
  `[[registry]]\nprefix = "${prefix}"\nlocation = "${location}"\n`;

interface Files {
  readonly write: (path: string, text: string) => Promise<void>;
  /** The locations by prefix, as they are a second later. */
  readonly locations: () => Promise<Record<string, string>>;
  readonly read: () => ReturnType<RegistriesConfFile['read']>;
  readonly directory: string;
}

/** A machine with a user, and nothing in either's files yet. */
async function withFiles(body: (files: Files) => Promise<void>, named?: string): Promise<void> {
  await withDirectory(async (directory) => {
    const host = testHost();
    const place = (who: string) => ({
      file: join(directory, who, 'registries.conf'),
      dropIns: join(directory, who, 'registries.conf.d'),
    });
    const conf = new RegistriesConfFile(host, {
      named: named === undefined ? undefined : join(directory, named),
      user: place('user'),
      system: place('system'),
    });
    const read = (): ReturnType<RegistriesConfFile['read']> => {
      host.now += 1000;
      return conf.read();
    };
    await body({
      directory,
      read,
      write: async (path, text) => {
        await mkdir(dirname(join(directory, path)), { recursive: true });
        await writeFile(join(directory, path), text);
      },
      locations: async () => {
        const { registries } = await read();
        return Object.fromEntries(registries.map(({ prefix, location }) => [prefix, location]));
      },
    });
  });
}

describe('the files of registries.conf', () => {
  it('say nothing when there are none', () =>
    withFiles(async ({ read }) => {
      assert.deepEqual((await read()).registries, []);
    }));

  it("are the machine's with its drop-ins, then the user's drop-ins, by name", () =>
    withFiles(async ({ write, locations }) => {
      await write('system/registries.conf', registry('a.example', 'main') + registry('b.example', 'main'));
      await write(
        'system/registries.conf.d/2.conf',
        registry('b.example', 'two') + registry('c.example', 'two'),
      );
      await write(
        'system/registries.conf.d/10.conf',
        registry('b.example', 'ten') + registry('d.example', 'ten'),
      );
      await write('user/registries.conf.d/1.conf', registry('d.example', 'user'));
      assert.deepEqual(await locations(), {
        ...{ 'a.example': 'main', 'b.example': 'two', 'c.example': 'two', 'd.example': 'user' },
      });
    }));

  it("are the user's alone where there is a file of the user", () =>
    withFiles(async ({ write, locations }) => {
      await write('system/registries.conf', registry('a.example', 'system'));
      await write('system/registries.conf.d/1.conf', registry('b.example', 'system'));
      await write('user/registries.conf', registry('c.example', 'user'));
      await write('user/registries.conf.d/1.conf', registry('d.example', 'user'));
      assert.deepEqual(await locations(), { 'c.example': 'user', 'd.example': 'user' });
    }));

  it('are the one that is named, with the drop-ins of both', () =>
    withFiles(async ({ write, locations }) => {
      await write('named.conf', registry('a.example', 'named'));
      await write('user/registries.conf', registry('b.example', 'user'));
      await write('system/registries.conf.d/1.conf', registry('c.example', 'system'));
      await write('user/registries.conf.d/1.conf', registry('d.example', 'user'));
      assert.deepEqual(await locations(), {
        'a.example': 'named',
        'c.example': 'system',
        'd.example': 'user',
      });
    }, 'named.conf'));

  it('must be there when they are named', () =>
    withFiles(async ({ read, directory }) => {
      const message = `The registries.conf "${directory}/named.conf" does not exist; check the path, or do not name one.`;
      await assert.rejects(read(), { code: 'E_CONFIG', message });
    }, 'named.conf'));

  it('are those whose names end with .conf, and no directories', () =>
    withFiles(async ({ write, locations }) => {
      await write('system/registries.conf.d/1.conf.bak', 'no TOML');
      await write('system/registries.conf.d/README', 'no TOML');
      await write('system/registries.conf.d/sub.conf/1.conf', 'no TOML');
      assert.deepEqual(await locations(), {});
    }));

  it('are read again when one changes, comes or goes', () =>
    withFiles(async ({ write, locations, directory }) => {
      await write('system/registries.conf', registry('a.example', 'one'));
      assert.deepEqual(await locations(), { 'a.example': 'one' });
      await write('system/registries.conf', registry('a.example', 'another'));
      assert.deepEqual(await locations(), { 'a.example': 'another' });
      await write('user/registries.conf.d/1.conf', registry('b.example', 'user'));
      assert.deepEqual(await locations(), { 'a.example': 'another', 'b.example': 'user' });
      await write('user/registries.conf', '');
      assert.deepEqual(await locations(), { 'b.example': 'user' });
      await rm(join(directory, 'user'), { recursive: true });
      assert.deepEqual(await locations(), { 'a.example': 'another' });
    }));

  it('are named when they are wrong, until they are right', () =>
    withFiles(async ({ write, read, locations, directory }) => {
      await write('system/registries.conf.d/1.conf', 'blocked =');
      await assert.rejects(read(), {
        code: 'E_CONFIG',
        message: new RegExp(`^${directory}/system/.*/1.conf cannot`),
      });
      await write('system/registries.conf.d/1.conf', registry('a.example', 'right'));
      assert.deepEqual(await locations(), { 'a.example': 'right' });
    }));

  it('are the same object as long as they are the same', () =>
    withFiles(async ({ write, read }) => {
      await write('system/registries.conf', registry('a.example', 'one'));
      assert.equal(await read(), await read());
    }));

  it('are named when they cannot be read', () =>
    withFiles(async ({ read, directory }) => {
      await mkdir(join(directory, 'system/registries.conf.d'), { recursive: true });
      await mkdir(join(directory, 'elsewhere'));
      await symlink(join(directory, 'elsewhere'), join(directory, 'system/registries.conf.d/1.conf'));
      await assert.rejects(read(), {
        code: 'E_CONFIG',
        message: /1\.conf" \(EISDIR\), .*; make it readable/,
      });
    }));

  it('are looked at once a second, however often they are asked for', () =>
    withDirectory(async (directory) => {
      let looks = 0;
      const counted = { ...fs, stat: (path: string) => (looks++, fs.stat(path)) } as typeof fs;
      const host = testHost({ fs: counted });
      const system = { file: join(directory, 'registries.conf'), dropIns: join(directory, 'd') };
      const conf = new RegistriesConfFile(host, { named: undefined, user: undefined, system });
      for (let asked = 0; asked < 100; asked++) await conf.read();
      assert.equal(looks, 1);
      host.now += 1000;
      await conf.read();
      assert.equal(looks, 2);
    }));
});
