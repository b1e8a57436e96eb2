import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openStore } from '../../../server/src/engine/store/store.ts';
import { byId } from './contract.ts';
import { PLATFORM, importImage, sha256, testHost, withDirectory } from './fixture.ts';
import type { TestHost } from './fixture.ts';

/** A host whose disk refuses to make or write files, with this code, once it is told to. */
function failingHost(): TestHost & { fail(code: string): void } {
  let code: string | undefined;
  const refuse = (): void => {
    if (code !== undefined) throw Object.assign(new Error(`${code}: made up`), { code });
  };
  const open: typeof fs.open = async (path, flags, mode) => {
    if (flags !== 'r') refuse();
    return fs.open(path, flags, mode);
  };
  const host = testHost({ fs: { ...fs, open } });
  return Object.assign(host, { fail: (failure: string) => (code = failure) });
}

const CASES = [
  ['ENOSPC', 'E_NO_SPACE', /the disk is full \(ENOSPC\); free some space/],
  ['EDQUOT', 'E_NO_SPACE', /the disk is full/],
  ['EACCES', 'E_STORE_IO', /permission is denied \(EACCES\); make it accessible/],
  ['EROFS', 'E_STORE_IO', /the file system is read-only \(EROFS\)/],
  ['EIO', 'E_STORE_IO', /the system answered EIO; check the disk/],
] as const;

describe('a disk that refuses', () => {
  for (const [errno, code, message] of CASES) {
    it(`with ${errno} gives ${code}, says what to do, and leaves the store as it was`, () =>
      withDirectory(async (directory) => {
        const host = failingHost();
        const store = await openStore(host, directory);
        const imageId = await importImage(store, 'a');
        const { generation } = store.view();
        const partial = await store.blobs.partial(sha256('b'));
        host.fail(errno);
        const expected = { name: 'LarderError', code, message };
        await assert.rejects(store.tempFile('.x'), expected);
        await assert.rejects(store.removeImage(imageId), expected);
        await assert.rejects(store.blobs.put(sha256('a'), Buffer.from('a')), expected);
        assert.equal(store.view().generation, generation);
        assert.equal(store.view().find(byId(imageId), PLATFORM)?.image.imageId, imageId);
        assert.equal(await fs.readFile(store.imagePath(imageId), 'utf8'), 'a');
        await partial.close();
      }));
  }

  it('is named with the path when the store cannot be made', () =>
    withDirectory(async (directory) => {
      const file = join(directory, 'file');
      await fs.writeFile(file, '');
      await assert.rejects(openStore(testHost(), join(file, 'store')), {
        code: 'E_STORE_IO',
        message: new RegExp(`could not create ${join(file, 'store')}: .*ENOTDIR`),
      });
    }));
});
