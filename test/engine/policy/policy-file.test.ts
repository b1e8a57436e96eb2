import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PolicyFile } from '../../../server/src/engine/policy/policy-file.ts';
import { testHost, withDirectory } from '../store/fixture.ts';

const ACCEPT = '{"default":[{"type":"insecureAcceptAnything"}]}';
const REJECT = '{"default":[{"type":"reject"}]}';

/** A policy file's reader, with the paths that it has read. */
function reader(path: string, home: string): { file: PolicyFile; read: string[] } {
  const read: string[] = [];
  const open: typeof fs.open = (opened, ...rest) => {
    read.push(String(opened));
    return fs.open(opened, ...rest);
  };
  return { file: new PolicyFile(testHost({ fs: { ...fs, open }, env: { HOME: home } }), path), read };
}

describe('PolicyFile', () => {
  it('is read once, and again when it has changed', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'policy.json');
      await fs.writeFile(path, ACCEPT);
      const { file, read } = reader(path, directory);
      const first = await file.read();
      assert.equal(first?.path, path);
      assert.equal(await file.read(), first);
      assert.equal(read.length, 1);
      await fs.writeFile(`${path}.new`, REJECT);
      await fs.rename(`${path}.new`, path);
      assert.deepEqual((await file.read())?.policy.default, [{ type: 'reject' }]);
      assert.equal(read.length, 2);
      // The same size, another time.
      await fs.utimes(path, 1, 1);
      await file.read();
      assert.equal(read.length, 3);
    }));

  it("is the user's unless another is named", () =>
    withDirectory(async (home) => {
      const own = join(home, '.config/containers/policy.json');
      await fs.mkdir(join(own, '..'), { recursive: true });
      await fs.writeFile(own, ACCEPT);
      assert.equal((await reader('', home).file.read())?.path, own);
      const named = join(home, 'named.json');
      await fs.writeFile(named, ACCEPT);
      assert.equal((await reader(named, home).file.read())?.path, named);
    }));

  it('may be missing, but not where it was named', () =>
    withDirectory(async (directory) => {
      const stat = (path: string): Promise<never> =>
        Promise.reject(Object.assign(new Error(path), { code: 'ENOENT' }));
      const host = testHost({ fs: { ...fs, stat } as unknown as typeof fs, env: { HOME: directory } });
      assert.equal(await new PolicyFile(host, '').read(), null);
      await assert.rejects(new PolicyFile(host, '/none.json').read(), {
        code: 'E_CONFIG',
        message: /could not read "\/none\.json".*ENOENT/,
      });
    }));

  it('says what is wrong with it, and where', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'policy.json');
      const { file } = reader(path, directory);
      const refuses = async (text: string, message: RegExp): Promise<void> => {
        await fs.writeFile(path, text);
        await assert.rejects(file.read(), { code: 'E_CONFIG', message });
      };
      await refuses(`{\n"default":\n[{"type":"rejct"}]}`, /policy\.json" is not valid.*its line 3 .*"rejct"/);
      await refuses('', /its line 1 .*JSON/);
      await refuses('{"x":1,\n"y":1}', /its line 1 is corrected \(the first of \d mistakes\)/);
      await refuses(' '.repeat((4 << 20) + 1), /more than 4194304 bytes/);
      await fs.writeFile(path, ACCEPT);
      assert.ok(await file.read(), 'a corrected file counts at once');
      await fs.rm(path);
      await fs.mkdir(path);
      await assert.rejects(file.read(), { code: 'E_CONFIG', message: /EISDIR/ });
    }));
});
