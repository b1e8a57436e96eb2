import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { findProgram } from '../../../server/src/engine/auth/find-program.ts';
import { testHost, withDirectory } from '../store/fixture.ts';

async function program(path: string, mode = 0o755): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, '');
  await chmod(path, mode);
}

/** A file system on which just these files are, whatever a path looks like. */
function windowsHost(env: Record<string, string>, files: readonly string[]) {
  const missing = (): Promise<never> => Promise.reject(Object.assign(new Error('none'), { code: 'ENOENT' }));
  const there =
    <T>(value: T) =>
    (path: unknown) =>
      files.includes(String(path)) ? Promise.resolve(value) : missing();
  const stat = there({ isFile: () => true });
  return testHost({ env, fs: { ...fs, access: there(undefined), stat } as unknown as typeof fs });
}

describe('findProgram', () => {
  it('takes the first file of PATH that can be run', () =>
    withDirectory(async (directory) => {
      const paths = ['a', 'b', 'c'].map((name) => join(directory, name));
      await program(join(directory, 'a/tool'), 0o644);
      await mkdir(join(directory, 'b/tool'), { recursive: true });
      await program(join(directory, 'c/tool'));
      const host = testHost({ env: { PATH: paths.join(':') } });
      assert.equal(await findProgram(host, 'linux', 'tool'), join(directory, 'c/tool'));
      assert.equal(await findProgram(host, 'linux', 'other'), undefined);
      await symlink(join(directory, 'c/tool'), join(directory, 'c/linked'));
      assert.equal(await findProgram(host, 'linux', 'linked'), join(directory, 'c/linked'));
    }));

  it('looks neither into relative directories nor into the current one', async () => {
    // This very file can be run from the current directory, wherever that is.
    const { pathname } = new URL(import.meta.url);
    const host = testHost({
      env: { PATH: `:.:test:../..::${'../'.repeat(40).slice(0, -1)}` },
      fs: { ...fs, access: () => Promise.resolve(), stat: () => fs.stat(pathname) } as unknown as typeof fs,
    });
    assert.equal(await findProgram(host, 'linux', 'tool'), undefined);
  });

  it('finds nothing without PATH', async () => {
    assert.equal(await findProgram(testHost(), 'linux', 'tool'), undefined);
    assert.equal(await findProgram(testHost(), 'win32', 'tool'), undefined);
  });

  it('knows how Windows writes PATH, and what runs there without a shell', async () => {
    const Path = String.raw`.;\tools;D:tools;"C:\Program Files\x";C:\bin;\\server\share`;
    const found = (files: string[], name = 'tool') =>
      findProgram(windowsHost({ Path }, files), 'win32', name);
    const quoted = String.raw`C:\Program Files\x\tool.exe`;
    assert.equal(await found([String.raw`C:\bin\tool.exe`, quoted]), quoted);
    assert.equal(await found([String.raw`\\server\share\tool.com`]), String.raw`\\server\share\tool.com`);
    assert.equal(await found([String.raw`C:\bin\tool.cmd`, String.raw`C:\bin\tool`]), undefined);
    assert.equal(
      await found([String.raw`\tools\tool.exe`, 'tool.exe', String.raw`D:tools\tool.exe`]),
      undefined,
    );
    assert.equal(await found([String.raw`C:\bin\tool.exe`], 'tool.exe'), String.raw`C:\bin\tool.exe`);
  });
});
