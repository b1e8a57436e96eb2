import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { CredentialHelper } from '../../../server/src/engine/auth/credential-helper.ts';
import { runProgram } from '../../../server/src/run-program.ts';
import { anyText } from '../../helpers/any-text.ts';
import { testHost, withDirectory } from '../store/fixture.ts';
import { withHome } from './fixture.ts';
import type { HelperEnd, Home } from './fixture.ts';

const FILE = '/home/c/.docker/config.json';
const ANSWER = JSON.stringify({ ServerURL: 'quay.io', Username: 'carly', Secret: 'pa"ss' });

/** A helper named `x` that answers like this. */
function withHelper(
  answer: HelperEnd,
  body: (helper: CredentialHelper, home: Home) => Promise<void>,
): Promise<void> {
  return withHome(async (home) => {
    await home.helper('x', () => answer);
    await body(new CredentialHelper(home.host, 'linux', 'x', FILE), home);
  });
}

const failsWith = (answer: HelperEnd, message: RegExp) =>
  withHelper(answer, async (helper) => {
    await assert.rejects(helper.get('quay.io'), { code: 'E_CREDENTIALS', message });
  });

describe('a credential helper', () => {
  it('is asked with the server on its input, by its absolute path', () =>
    withHelper(ANSWER, async (helper, { calls, path }) => {
      assert.deepEqual(await helper.get('quay.io'), { kind: 'basic', username: 'carly', password: 'pa"ss' });
      assert.deepEqual(
        calls.map(({ file, args, input }) => [file, args, input]),
        [[join(path, 'bin/docker-credential-x'), ['get'], 'quay.io']],
      );
    }));

  it('may answer with an identity token', () =>
    withHelper('{"Username":"<token>","Secret":"t"}', async (helper) => {
      assert.deepEqual(await helper.get('quay.io'), { kind: 'identity-token', token: 't' });
    }));

  const nothing: HelperEnd[] = [
    { exitCode: 1, stdout: 'credentials not found in native keychain\n' },
    { exitCode: 1, stderr: 'error: credentials not found in native keychain' },
    '{"Username":"","Secret":""}',
    '{"ServerURL":"quay.io"}',
  ];
  for (const end of nothing) {
    it(`may have nothing: ${JSON.stringify(end)}`, () =>
      withHelper(end, async (helper) => {
        assert.equal(await helper.get('quay.io'), undefined);
      }));
  }

  it('is told a password on its input alone', () =>
    withHelper('', async (helper, { calls }) => {
      await helper.store('quay.io', { username: 'carly', password: 'pa"ss' });
      assert.deepEqual(calls[0]?.args, ['store']);
      assert.deepEqual(JSON.parse(calls[0].input), JSON.parse(ANSWER));
      await helper.erase('quay.io');
      assert.deepEqual([calls[1]?.args, calls[1]?.input], [['erase'], 'quay.io']);
    }));

  it('need not have what is removed', () =>
    withHelper({ exitCode: 1, stdout: 'credentials not found in native keychain' }, (helper) =>
      helper.erase('quay.io'),
    ));

  it('that is not there is named, with the file that asks for it', () =>
    withHome(async ({ host }) => {
      await assert.rejects(new CredentialHelper(host, 'linux', 'nope', FILE).get('quay.io'), {
        code: 'E_CREDENTIALS',
        message:
          'Larder could not get the credentials for quay.io: docker-credential-nope, which /home/c/.docker/config.json names, is in no absolute directory of PATH; install it, or remove it from /home/c/.docker/config.json and sign in again.',
      });
    }));

  for (const name of ['', '-x', '../x', 'a/b', 'a b', 'x;reboot', '.x', 'x'.repeat(101)]) {
    it(`cannot be called ${JSON.stringify(name)}`, () =>
      withHome(async ({ host, calls }) => {
        const helper = new CredentialHelper(host, 'linux', name, FILE);
        await assert.rejects(helper.get('quay.io'), {
          code: 'E_CREDENTIALS',
          message: /cannot be the name of one/,
        });
        assert.deepEqual(calls, []);
      }));
  }

  it('that takes too long is given up', () =>
    failsWith({ timedOut: true, exitCode: null }, /did not answer within 30 seconds; run it yourself/));
  it('that fails is quoted, on one line and not for long', () =>
    failsWith(
      { exitCode: 2, stderr: 'gpg: no \x1b[31mkey\nmore' },
      /exit code 2 and said "gpg: no \\u\{1b\}\[31mkey";/,
    ));
  it('that fails on its standard output is quoted too', () =>
    failsWith(
      { exitCode: 1, stdout: 'The token has expired' },
      /exit code 1 and said "The token has expired";/,
    ));
  it('that fails without a word is told from that', () =>
    failsWith({ exitCode: 1 }, /failed with exit code 1; run/));
  it('that is killed is told from that', () => failsWith({ exitCode: null }, /was ended by a signal; run/));
  it('that answers garbage is not quoted', () =>
    failsWith('hunter2', /answered with something that is no credential; run/));
  it('that answers with other types is not quoted', () =>
    failsWith('{"Username":1}', /something that is no credential/));
  it('that fails in the middle of an answer is not quoted', () =>
    failsWith({ exitCode: 1, stdout: ANSWER }, /^(?!.*pa"ss)(?!.*said).*failed with exit code 1;/));

  it('that cannot be started is told by its path', () =>
    withHelper('', async (_, { host: { fs, env }, path }) => {
      const run = () => Promise.reject(Object.assign(new Error('spawn'), { code: 'ENOEXEC' }));
      const helper = new CredentialHelper({ fs, env, run }, 'linux', 'x', FILE);
      await assert.rejects(helper.get('quay.io'), (error: Error) =>
        error.message.endsWith(`could not be started (ENOEXEC); check ${path}/bin/docker-credential-x.`),
      );
    }));

  it('is never quoted with the password it was to keep', () =>
    fc.assert(
      fc.asyncProperty(
        anyText({ minLength: 6 }),
        fc.constantFrom('raw', 'json'),
        fc.constantFrom('stdout', 'stderr'),
        async (password, form, stream) =>
          withHelper(
            {
              exitCode: 1,
              [stream]: `cannot store ${form === 'raw' ? password : JSON.stringify(password)} today`,
            },
            async (helper) => {
              await assert.rejects(helper.store('quay.io', { username: 'carly', password }), (error) => {
                assert.ok(error instanceof LarderError);
                assert.doesNotMatch(error.message, / today/);
                return !error.message.includes(password);
              });
            },
          ),
      ),
      { numRuns: 40 },
    ));

  it('works as a program', { skip: process.platform === 'win32' && 'a script of the shell' }, () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'docker-credential-real');
      const script = `#!/bin/sh
        read -r server
        case "$1 $server" in
          'get quay.io') echo '{"Username":"carly","Secret":"from '"$LARDER_TEST"'"}' ;;
          'get slow.example') exec sleep 60 ;;
          'get none.example') echo 'credentials not found in native keychain'; exit 1 ;;
          *) echo "no $1 for $server" >&2; exit 3 ;;
        esac\n`;
      await writeFile(path, script);
      await chmod(path, 0o755);
      const env = { PATH: `${directory}:/usr/bin:/bin`, LARDER_TEST: 'a keychain' };
      const host = testHost({ env, run: (call) => runProgram({ ...call, timeout: 500 }, env) });
      const helper = new CredentialHelper(host, 'linux', 'real', FILE);
      assert.deepEqual(await helper.get('quay.io'), {
        kind: 'basic',
        username: 'carly',
        password: 'from a keychain',
      });
      assert.equal(await helper.get('none.example'), undefined);
      await assert.rejects(helper.get('r.example'), /exit code 3 and said "no get for r\.example"/);
      await assert.rejects(helper.get('slow.example'), /did not answer within/);
    }),
  );
});
