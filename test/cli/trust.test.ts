import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { Terminal } from '../../server/src/cli/terminal.ts';
import { makeKey } from '../engine/trust/keys.ts';
import type { KeyPair } from '../engine/trust/keys.ts';
import { withDirectory } from '../engine/store/fixture.ts';
import { larder } from './fake-terminal.ts';
import type { Ran } from './fake-terminal.ts';

interface Desk {
  readonly run: (line: string, over?: Partial<Terminal>) => Promise<Ran>;
  /** Where a key is that is trusted for example.com/app. */
  readonly path: (key: KeyPair) => string;
}

describe('larder trust', () => {
  let alice: KeyPair;
  let bob: KeyPair;
  before(async () => {
    [alice, bob] = await Promise.all([makeKey('Alice'), makeKey('Bob')]);
  });

  /** A home directory with `alice.asc` and `both.gpg`. */
  const withHome = (body: (desk: Desk) => Promise<void>): Promise<void> =>
    withDirectory(async (home) => {
      await writeFile(join(home, 'alice.asc'), alice.publicKey.armor());
      await writeFile(
        join(home, 'both.gpg'),
        Buffer.concat([alice.publicKey.write(), bob.publicKey.write()]),
      );
      await writeFile(join(home, 'secret.asc'), alice.privateKey.armor());
      const keys = join(home, '.config/larder/trustedkeys/prefix.d/example.com/app');
      await body({
        run: (line, over) =>
          larder(['trust', ...line.split(' ')], { cwd: home, env: { HOME: home }, ...over }),
        path: ({ fingerprint }) => join(keys, fingerprint),
      });
    });

  it('shows a key, asks, and trusts it', () =>
    withHome(async ({ run, path }) => {
      const questions: string[] = [];
      const ask: Terminal['ask'] = (question) => Promise.resolve(questions.push(question) ? ' Yes' : null);
      const { code, stdout, stderr } = await run('--prefix example.com/app alice.asc', { ask });
      assert.deepEqual([code, stdout], [0, `${alice.fingerprint}\n`]);
      const groups = alice.fingerprint.toUpperCase().match(/.{4}/g)?.join(' ') ?? '';
      assert.match(stderr, new RegExp(`^key      ${groups}$`, 'm'));
      assert.match(stderr, /^of {7}Alice <alice@example\.com>$/m);
      assert.match(stderr, /^made {5}Ed25519, created 2026-01-05, never expires$/m);
      assert.match(
        questions.join(),
        /^Trust this key for example\.com\/app and example\.com\/app\/…\? .*\[y\/N\] $/,
      );
      assert.match(await readFile(path(alice), 'utf8'), /^-----BEGIN PGP PUBLIC KEY/);
    }));

  it('does not trust without a clear yes', () =>
    withHome(async ({ run, path }) => {
      for (const answer of ['', 'n', 'yep', 'no']) {
        const ask: Terminal['ask'] = () => Promise.resolve(answer);
        const { code, stdout, stderr } = await run('--prefix example.com/app alice.asc', { ask });
        assert.deepEqual([code, stdout], [1, '']);
        assert.match(stderr, /Not trusted\./);
      }
      await assert.rejects(readFile(path(alice)), { code: 'ENOENT' });
    }));

  it('needs --yes where nobody can be asked', () =>
    withHome(async ({ run, path }) => {
      const { code, stderr } = await run('--prefix example.com/app alice.asc');
      assert.equal(code, 2);
      assert.match(stderr, /no terminal to ask on; compare its fingerprint and say --yes/);
      for (const flag of ['--yes', '-y', '--skip-fingerprint-review']) {
        const { stdout } = await run(`alice.asc --prefix example.com/app ${flag}`);
        assert.equal(stdout, `${alice.fingerprint}\n`);
      }
      await readFile(path(alice));
    }));

  it('trusts every key of a file, after a look at each', () =>
    withHome(async ({ run }) => {
      const answers = ['n', 'y'];
      const ask: Terminal['ask'] = () => Promise.resolve(answers.shift() ?? '');
      const { code, stdout } = await run('--root both.gpg', { ask });
      assert.deepEqual([code, stdout], [1, `${bob.fingerprint}\n`]);
    }));

  it('lists what is trusted', () =>
    withHome(async ({ run, path }) => {
      assert.match((await run('list')).stderr, /^No keys are trusted\.$/m);
      await run('--prefix example.com/app -y alice.asc');
      await run('--root -y both.gpg');
      const { stdout } = await run('list');
      const row = new RegExp(
        `^${alice.fingerprint}  example\\.com/app  Alice <alice@example\\.com>  valid  `,
        'm',
      );
      assert.match(stdout, row);
      assert.match(stdout, new RegExp(`^${bob.fingerprint}  \\(all\\)  `, 'm'));
      const listed = JSON.parse((await run('list --json')).stdout) as { path: string }[];
      assert.deepEqual(
        listed.find((key) => key.path === path(alice)),
        {
          fingerprint: alice.fingerprint,
          prefix: 'example.com/app',
          subkeys: alice.publicKey.subkeys.map((subkey) => subkey.getFingerprint()),
          identities: ['Alice <alice@example.com>'],
          algorithm: 'Ed25519',
          created: '2026-01-05T12:00:00.000Z',
          expires: null,
          problem: null,
          path: path(alice),
        },
      );
      assert.equal(listed.length, 3);
    }));

  it('trusts a key no longer', () =>
    withHome(async ({ run }) => {
      await run('--prefix example.com/app -y alice.asc');
      await run('--root -y alice.asc');
      const { code, stderr } = await run(`rm --prefix example.com/app ${alice.fingerprint}`);
      assert.deepEqual([code, stderr], [0, 'No longer trusted for example.com/app and example.com/app/….\n']);
      const { stdout } = await run(`rm ${alice.fingerprint.toUpperCase()}`);
      assert.equal(stdout, `${alice.fingerprint}\n`);
      assert.equal((await run('list')).stdout, '');
      const again = await run(`rm ${alice.fingerprint}`);
      assert.equal(again.code, 1);
      assert.match(again.stderr, /is not trusted; larder trust list shows what is\. \[E_NOT_FOUND\]/);
    }));

  const wrong: [string, number, RegExp][] = [
    ['--root', 2, /trust --root needs a key/],
    ['--prefix localhost', 1, /discover/],
    ['alice.asc', 2, /must know for which images: say --prefix/],
    ['--prefix a --root alice.asc', 2, /cannot be used with option/],
    ['--prefix ../a alice.asc', 2, /"\.\.\/a" cannot be the beginning of image names/],
    ['--root nowhere.asc', 1, /nowhere\.asc" \(ENOENT\)/],
    ['--root secret.asc', 1, /"secret\.asc" holds a secret key/],
    ['--root http://keys.example/key', 1, /over plain http/],
    ['--root https://me:pass@keys.example/key', 2, /a user name or password; download/],
    ['rm 1234', 2, /"1234" is no fingerprint/],
  ];
  for (const [line, expected, message] of wrong) {
    it(`exits with ${expected} and says why: larder trust ${line}`, () =>
      withHome(async ({ run }) => {
        const { code, stdout, stderr } = await run(line);
        assert.deepEqual([code, stdout], [expected, '']);
        assert.match(stderr, message);
        assert.ok(!stderr.includes('pass@'));
      }));
  }
});
