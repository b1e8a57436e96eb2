import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { ErrorCode } from '../../../server/src/domain/errors.ts';
import { refusalOf } from '../../../server/src/engine/exchange/members.ts';
import { readTar } from '../../../server/src/engine/exchange/read-tar.ts';
import { ARCHIVE_LIMITS } from '../../../server/src/engine/exchange/tar-members.ts';
import type { TarMembers } from '../../../server/src/engine/exchange/tar-members.ts';
import { buildAci } from '../../helpers/aci.ts';
import { withDirectory } from '../store/fixture.ts';
import { tarOf } from './archives.ts';
import { NEVER } from './fixture.ts';

/** Reads an archive with these bytes. */
async function read(
  bytes: Buffer,
  check: (reading: Promise<TarMembers>) => Promise<void>,
  limits: Partial<typeof ARCHIVE_LIMITS> = {},
): Promise<void> {
  await withDirectory(async (directory) => {
    const [path, spool] = [join(directory, 'archive'), join(directory, 'spool')];
    await fs.writeFile(path, bytes);
    const input = { host: { fs }, path, spool, refuse: refusalOf('x.tar'), signal: NEVER };
    await check(readTar(input, { ...ARCHIVE_LIMITS, ...limits }));
  });
}

const refused =
  (code: ErrorCode, why: RegExp) =>
  (reading: Promise<TarMembers>): Promise<void> =>
    assert.rejects(reading, (error: Error & { code?: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, why);
      return true;
    });

describe('readTar', () => {
  for (const [how, compress] of [
    ['plain', (bytes: Buffer) => bytes],
    ['compressed', gzipSync],
  ] as const) {
    it(`finds files in a ${how} archive`, async () => {
      const archive = await tarOf({ './a/b': 'content', größe: 'x' });
      await read(compress(archive), async (reading) => {
        const members = await reading;
        const found = await members.find('a/b');
        assert.ok(found);
        const bytes = await fs.readFile(found.path);
        assert.equal(bytes.toString('utf8', found.offset, found.offset + found.size), 'content');
        assert.equal((await members.find('größe'))?.size, 1);
        assert.equal(await members.find('a'), undefined);
        assert.equal(await members.find('../a/b'), undefined);
        assert.equal(members.isAci, false);
      });
    });

    it(`knows a ${how} ACI before its end`, async () => {
      const { bytes } = buildAci();
      await read(compress(bytes), async (reading) => assert.ok((await reading).isAci));
    });
  }

  it('follows a symbolic link to another file, once', async () => {
    const links = [
      { name: 'b/layer.tar', type: 'symlink' as const, linkname: '../a/layer.tar' },
      { name: 'c/layer.tar', type: 'symlink' as const, linkname: '../b/layer.tar' },
    ];
    await read(await tarOf({ 'a/layer.tar': 'content' }, ...links), async (reading) => {
      const members = await reading;
      assert.deepEqual(await members.find('b/layer.tar'), await members.find('a/layer.tar'));
      assert.equal(await members.find('c/layer.tar'), undefined);
    });
  });

  it('refuses what inflates to more than it may', async () => {
    const bomb = gzipSync(await tarOf({ zeros: Buffer.alloc(1 << 20) }));
    await read(bomb, refused('E_TOO_LARGE', /more than 65536 bytes/), { size: 65_536 });
    const limits = { freeSize: 65_536, ratio: 10 };
    await read(bomb, refused('E_TOO_LARGE', /more than 10 times its size/), limits);
    await read(bomb, async (reading) => assert.ok(await reading), { freeSize: 2 << 20, ratio: 10 });
  });

  it('refuses more files than it can hold', async () => {
    const many = await tarOf(Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${at}`, ''])));
    await read(many, refused('E_TOO_LARGE', /more files than/), { listing: 10_000 });
    await read(many, async (reading) => assert.ok(await reading), { listing: 100_000 });
  });

  it('refuses a plain file that is longer than any archive', async () => {
    await read(await tarOf({ a: 'x' }), refused('E_TOO_LARGE', /more than 100 bytes/), { size: 100 });
  });
});
