import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  allKeyFiles,
  checkPrefix,
  keyPath,
  parseFingerprint,
  prefixKeyFiles,
  rootKeyFiles,
} from '../../../server/src/engine/trust/key-files.ts';
import type { Scope } from '../../../server/src/engine/trust/key-files.ts';
import { withDirectory } from '../store/fixture.ts';

const FINGERPRINT = '8b86de38890ddb7291867b025210bd8888182190';

async function put(directory: string, scope: Scope, fingerprint = FINGERPRINT): Promise<void> {
  const path = keyPath(directory, scope, fingerprint);
  await fs.mkdir(dirname(path), { recursive: true });
  await fs.writeFile(path, 'key');
}

const scopesFor = async (directory: string, name: string): Promise<Scope[]> =>
  (await prefixKeyFiles(fs, directory, name)).map(({ scope }) => scope);

describe('keyPath', () => {
  it('is where rkt keeps its keys', () => {
    assert.equal(
      keyPath('/etc/rkt/trustedkeys', null, FINGERPRINT),
      `/etc/rkt/trustedkeys/root.d/${FINGERPRINT}`,
    );
    assert.equal(
      keyPath('/etc/rkt/trustedkeys', 'coreos.com/etcd', FINGERPRINT),
      `/etc/rkt/trustedkeys/prefix.d/coreos.com/etcd/${FINGERPRINT}`,
    );
  });
});

describe('prefixKeyFiles', () => {
  it('finds the files of every prefix, shorter ones first', () =>
    withDirectory(async (directory) => {
      for (const scope of ['example.com/app/web', 'example.com', 'example.com/app', 'example.org']) {
        await put(directory, scope);
      }
      const expected = ['example.com', 'example.com/app', 'example.com/app/web'];
      assert.deepEqual(await scopesFor(directory, 'example.com/app/web/1'), expected);
      assert.deepEqual(await scopesFor(directory, 'example.com/application'), ['example.com']);
      assert.deepEqual(await scopesFor(directory, 'example'), []);
    }));

  it('finds a prefix for a name when the name continues it after a slash, and else not', async () => {
    const component = fc.constantFrom('a', 'ab', 'a.b', 'a-b', 'b', 'ba');
    const names = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    await fc.assert(
      fc.asyncProperty(names, names, (prefix, name) =>
        withDirectory(async (directory) => {
          await put(directory, prefix);
          const expected = name === prefix || name.startsWith(`${prefix}/`) ? [prefix] : [];
          assert.deepEqual(await scopesFor(directory, name), expected);
        }),
      ),
      { numRuns: 60 },
    );
  });

  it('leads nowhere else, whatever a remote calls its image', () =>
    withDirectory(async (directory) => {
      await put(directory, 'example.com/app');
      await put(join(directory, 'elsewhere'), 'x');
      for (const name of [
        '..',
        '../prefix.d/example.com/app',
        'x/../example.com/app',
        './example.com/app',
        '/example.com/app',
        '../elsewhere/prefix.d/x',
        '',
        '\0',
      ]) {
        assert.deepEqual(await scopesFor(directory, name), [], name);
      }
      assert.deepEqual(await scopesFor(directory, 'example.com//app'), []);
    }));

  it('passes by what is not named like a key', () =>
    withDirectory(async (directory) => {
      await put(directory, 'a', 'README');
      await put(directory, 'a', FINGERPRINT.toUpperCase());
      await put(directory, 'a', `${FINGERPRINT}.tmp`);
      await put(directory, `a/${FINGERPRINT.replace('8', '9')}`);
      assert.deepEqual(await scopesFor(directory, 'a'), []);
    }));

  it('follows the links of an administrator', () =>
    withDirectory(async (directory) => {
      await put(directory, 'example.com');
      await fs.symlink('example.com', join(directory, 'prefix.d', 'example.org'));
      assert.deepEqual(await scopesFor(directory, 'example.org/app'), ['example.org']);
      assert.equal((await allKeyFiles(fs, directory)).length, 2);
    }));

  it('does not go on without a directory that it may not read', () =>
    withDirectory(async (directory) => {
      await put(directory, 'a');
      const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
      const readdir = (() => Promise.reject(denied)) as unknown as typeof fs.readdir;
      await assert.rejects(prefixKeyFiles({ ...fs, readdir }, directory, 'a'), {
        code: 'E_FILE',
        message: /prefix\.d \(EACCES\)/,
      });
    }));
});

describe('allKeyFiles', () => {
  it('lists what is trusted for what', () =>
    withDirectory(async (directory) => {
      const scopes = ['a', 'a/b', 'b/c/d', null];
      for (const scope of scopes) await put(directory, scope);
      const found = (await allKeyFiles(fs, directory)).map(({ scope }) => scope);
      assert.deepEqual(found.toSorted(), scopes.toSorted());
      assert.deepEqual(
        (await rootKeyFiles(fs, directory)).map(({ fingerprint }) => fingerprint),
        [FINGERPRINT],
      );
      assert.deepEqual(await allKeyFiles(fs, join(directory, 'nowhere')), []);
    }));
});

describe('checkPrefix', () => {
  it('takes the beginnings of image names', () => {
    for (const prefix of ['example.com', 'example.com/app', 'coreos.com/etcd', 'a_b~c']) checkPrefix(prefix);
  });
  it('refuses what is no such thing, or would lead out of the directory', () => {
    for (const prefix of [
      '',
      '/',
      'a/',
      '/a',
      'a//b',
      '..',
      'a/../b',
      'a/.',
      'a./b',
      'A',
      'a b',
      'a\\b',
      '-a',
    ]) {
      assert.throws(
        () => {
          checkPrefix(prefix);
        },
        { code: 'E_USAGE' },
        prefix,
      );
    }
  });
});

describe('parseFingerprint', () => {
  it('reads fingerprints as people write them', () => {
    assert.equal(parseFingerprint(FINGERPRINT), FINGERPRINT);
    assert.equal(parseFingerprint('8B86 DE38 890D DB72 9186  7B02 5210 BD88 8818 2190'), FINGERPRINT);
    assert.equal(parseFingerprint(`0x${'ab'.repeat(32)}`), 'ab'.repeat(32));
  });
  it('takes nothing shorter: a key ID can be made to collide', () => {
    for (const text of ['', '5210BD8888182190', `${FINGERPRINT}0`, 'x'.repeat(40), '../etc']) {
      assert.equal(parseFingerprint(text), undefined);
    }
  });
});
