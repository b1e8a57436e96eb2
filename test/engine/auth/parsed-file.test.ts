import assert from 'node:assert/strict';
import { mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { ParsedFile } from '../../../server/src/engine/auth/parsed-file.ts';
import { testHost, withDirectory } from '../store/fixture.ts';

const { fs } = testHost();

describe('ParsedFile', () => {
  it('reads a file once, and again when it was written or replaced', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'f');
      let reads = 0;
      const file = new ParsedFile(fs, path, (text) => `${text} ${(reads += 1)}`);
      assert.equal(await file.read(), undefined);
      await writeFile(path, 'one');
      assert.equal(await file.read(), 'one 1');
      assert.equal(await file.read(), 'one 1');
      await writeFile(path, 'three');
      assert.equal(await file.read(), 'three 2');
      await writeFile(`${path}.new`, 'other');
      await rename(`${path}.new`, path);
      assert.equal(await file.read(), 'other 3');
      await rm(path);
      assert.equal(await file.read(), undefined);
    }));

  it('is none below a file', () =>
    withDirectory(async (directory) => {
      await writeFile(join(directory, 'f'), '');
      assert.equal(await new ParsedFile(fs, join(directory, 'f/x'), String).read(), undefined);
    }));

  it('throws what the parser throws, every time', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'f');
      await writeFile(path, '');
      const file = new ParsedFile(fs, path, () => {
        throw new LarderError('E_CREDENTIALS', 'Wrong.');
      });
      for (let times = 0; times < 2; times += 1) await assert.rejects(file.read(), { message: 'Wrong.' });
    }));

  it('says what cannot be read', () =>
    withDirectory(async (directory) => {
      await mkdir(join(directory, 'd'));
      await assert.rejects(new ParsedFile(fs, join(directory, 'd'), String).read(), {
        code: 'E_CREDENTIALS',
        message: /d: the system answered EISDIR; check that it is the right file/,
      });
      await writeFile(join(directory, 'large'), '');
      await truncate(join(directory, 'large'), 2 ** 40);
      await assert.rejects(new ParsedFile(fs, join(directory, 'large'), String).read(), {
        code: 'E_CREDENTIALS',
        message: /large: it is larger than 1048576 bytes;/,
      });
    }));
});
