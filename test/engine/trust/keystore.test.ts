import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { keyPath } from '../../../server/src/engine/trust/key-files.ts';
import type { Scope } from '../../../server/src/engine/trust/key-files.ts';
import { Keystore } from '../../../server/src/engine/trust/keystore.ts';
import { testHost, withDirectory } from '../store/fixture.ts';
import type { TestHost } from '../store/fixture.ts';
import { inspected, makeKey } from './keys.ts';
import type { KeyPair } from './keys.ts';

const NAME = 'example.com/app';

interface Desk {
  readonly keystore: Keystore;
  readonly host: TestHost;
  readonly system: string;
  readonly admin: string;
  readonly local: string;
  /** The fingerprints that are trusted for a name, in no order. */
  readonly trusted: (name?: string) => Promise<string[]>;
}

function withKeystore(body: (desk: Desk) => Promise<void>): Promise<void> {
  return withDirectory(async (directory) => {
    const [system, admin, local] = ['usr', 'etc', 'home'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    const host = testHost();
    const keystore = new Keystore(host, { system: [system, admin], local });
    const trusted = async (name = NAME): Promise<string[]> =>
      (await keystore.trustedFor(name)).map((key) => key.getFingerprint()).sort();
    await body({ keystore, host, system, admin, local, trusted });
  });
}

async function put(directory: string, scope: Scope, { fingerprint }: KeyPair, text: string): Promise<void> {
  const path = keyPath(directory, scope, fingerprint);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

describe('Keystore', () => {
  let alice: KeyPair;
  let bob: KeyPair;
  before(async () => {
    [alice, bob] = await Promise.all([makeKey('Alice'), makeKey('Bob')]);
  });

  it('trusts keys from now on, for the images they are meant for', () =>
    withKeystore(async ({ keystore, trusted, local }) => {
      const path = await keystore.trust('example.com', await inspected(alice));
      assert.equal(path, join(local, 'prefix.d/example.com', alice.fingerprint));
      assert.match(await readFile(path, 'utf8'), /^-----BEGIN PGP PUBLIC KEY BLOCK-----/);
      assert.deepEqual(await readdir(dirname(path)), [alice.fingerprint]);
      await keystore.trust(null, await inspected(bob));
      assert.deepEqual(await trusted(), [alice.fingerprint, bob.fingerprint].sort());
      assert.deepEqual(await trusted('example.org/app'), [bob.fingerprint]);
    }));

  it('refuses a prefix that no image has, and a key that nothing good could be signed by', () =>
    withKeystore(async ({ keystore, trusted }) => {
      const key = await inspected(alice);
      await assert.rejects(keystore.trust('a/../b', key), { code: 'E_USAGE' });
      await assert.rejects(keystore.trust('a', { ...key, problem: 'it has expired' }), {
        code: 'E_KEY',
        message: /because it has expired;/,
      });
      assert.deepEqual(await trusted('a'), []);
    }));

  it("reads the system's keys, armored or binary", () =>
    withKeystore(async ({ system, admin, trusted }) => {
      await put(system, 'example.com', alice, alice.publicKey.armor());
      await put(admin, null, bob, '');
      await writeFile(keyPath(admin, null, bob.fingerprint), bob.publicKey.write());
      assert.deepEqual(await trusted(), [alice.fingerprint, bob.fingerprint].sort());
    }));

  it('lets an empty file mask a key: of the system, of root, of a shorter prefix', () =>
    withKeystore(async ({ system, admin, local, trusted }) => {
      const armored = alice.publicKey.armor();
      await put(system, 'example.com', alice, armored);
      await put(admin, 'example.com', alice, '');
      assert.deepEqual(await trusted(), []);
      await put(local, 'example.com', alice, armored);
      assert.deepEqual(await trusted(), [alice.fingerprint], 'the user has the last word');
      await put(local, NAME, alice, '');
      assert.deepEqual(await trusted(), []);
      assert.deepEqual(await trusted('example.com/other'), [alice.fingerprint]);

      await put(system, null, bob, bob.publicKey.armor());
      await put(local, NAME, bob, '');
      assert.deepEqual(await trusted(), []);
      assert.deepEqual(await trusted('example.org/app'), [bob.fingerprint]);
    }));

  it('does not trust a key under the name of another, nor what is no key; it says so', () =>
    withKeystore(async ({ system, local, trusted, host }) => {
      await put(system, 'example.com', alice, alice.publicKey.armor());
      await put(local, 'example.com', alice, bob.publicKey.armor());
      await put(local, 'example.com', bob, 'no key');
      assert.deepEqual(await trusted(), []);
      const warned = host.warnings.join('\n');
      assert.match(warned, new RegExp(`${alice.fingerprint} is not used: it holds another key`));
      assert.match(warned, new RegExp(`${bob.fingerprint} is not used: .* no OpenPGP public key`));
    }));

  it('trusts a key no longer, and masks one of the system', () =>
    withKeystore(async ({ keystore, system, trusted }) => {
      await keystore.trust('example.com', await inspected(alice));
      await put(system, 'example.com', bob, bob.publicKey.armor());
      assert.equal(await keystore.untrust('example.com', alice.fingerprint), 'removed');
      assert.equal(await keystore.untrust('example.com', bob.fingerprint), 'masked');
      assert.deepEqual(await trusted(), []);
      await assert.rejects(keystore.untrust('example.com', alice.fingerprint), {
        code: 'E_NOT_FOUND',
        message: /is not trusted for example.com; larder trust list/,
      });
      await keystore.trust('example.com', await inspected(bob));
      assert.deepEqual(await trusted(), [bob.fingerprint], 'a mask can be taken back');
    }));

  it('lists every key with the file that counts', () =>
    withKeystore(async ({ keystore, system, admin, local }) => {
      await put(system, 'a', alice, alice.publicKey.armor());
      await put(admin, 'a', alice, alice.publicKey.armor());
      await put(system, null, alice, alice.publicKey.armor());
      await put(local, null, alice, '');
      await keystore.trust('b/c', await inspected(bob));
      const listed = (await keystore.list()).map(({ file, key }) => [file.path, key.fingerprint]);
      assert.deepEqual(listed, [
        [keyPath(admin, 'a', alice.fingerprint), alice.fingerprint],
        [keyPath(local, 'b/c', bob.fingerprint), bob.fingerprint],
      ]);
    }));

  it('reads, but does not write, where the user has no directory', () =>
    withKeystore(async ({ host, system }) => {
      await put(system, null, alice, alice.publicKey.armor());
      const keystore = new Keystore(host, { system: [system], local: undefined });
      assert.equal((await keystore.trustedFor(NAME)).length, 1);
      await assert.rejects(keystore.trust('a', await inspected(alice)), { code: 'E_USAGE', message: /HOME/ });
    }));

  it('says when a key cannot be written', () =>
    withKeystore(async ({ keystore, local }) => {
      await writeFile(local, 'in the way');
      await assert.rejects(keystore.trust('a', await inspected(alice)), {
        code: 'E_FILE',
        message: /could not write .* \(ENOTDIR\)/,
      });
      await rm(local);
    }));
});
