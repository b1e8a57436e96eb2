import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Terminal } from '../../server/src/cli/terminal.ts';
import { withDirectory } from '../engine/store/fixture.ts';
import { Registry } from '../helpers/registry.ts';
import { startTokenServer } from '../helpers/token-server.ts';
import { larder } from './fake-terminal.ts';
import type { Ran } from './fake-terminal.ts';

const PASSWORD = 'hunter2-Grüße';
const ENCODED = Buffer.from(`carly:${PASSWORD}`).toString('base64');

interface Desk {
  readonly home: string;
  /** Docker's file. */
  readonly path: string;
  /** Runs a command; no output of any may have the password. */
  readonly run: (line: string, over?: Partial<Terminal>) => Promise<Ran>;
  readonly write: (name: string, content: unknown) => Promise<string>;
  readonly config: () => Promise<unknown>;
}

function withHome(body: (desk: Desk) => Promise<void>): Promise<void> {
  return withDirectory(async (home) => {
    const path = join(home, '.docker/config.json');
    const env = {
      HOME: home,
      XDG_RUNTIME_DIR: join(home, 'run'),
      PATH: `${join(home, 'bin')}:/usr/bin:/bin`,
    };
    await body({
      home,
      path,
      run: async (line, over) => {
        const ran = await larder(line.split(' '), { cwd: home, env, ...over });
        for (const secret of [PASSWORD, ENCODED]) {
          assert.ok(!`${ran.stdout}${ran.stderr}`.includes(secret), `${line} tells the password`);
        }
        return ran;
      },
      write: async (name, content) => {
        const file = join(home, name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
        return file;
      },
      config: async () => JSON.parse(await readFile(path, 'utf8')) as unknown,
    });
  });
}

const typed = (password: string): Partial<Terminal> => ({ readInput: () => Promise.resolve(password) });

describe('larder login', () => {
  const registry = new Registry();
  before(() => registry.listen());
  after(() => registry.close());
  beforeEach(() => {
    registry.requirePassword('carly', PASSWORD);
    registry.clearRequests();
  });
  const words = (more = ''): string => `login -u carly --password-stdin${more} ${registry.host}`;

  it('asks for a name and a password, tries them, and keeps them where docker does', () =>
    withHome(async ({ run, path, config }) => {
      const questions: string[] = [];
      const answer = (value: string) => (question: string) => {
        questions.push(question);
        return Promise.resolve(value);
      };
      const ran = await run(`login ${registry.host}`, {
        ask: answer('carly\n'),
        askSecret: answer(PASSWORD),
      });
      assert.deepEqual(ran, {
        code: 0,
        stdout: '',
        stderr: `Signed in to ${registry.host} as carly; saved in ${path} (unencrypted).\n`,
      });
      assert.deepEqual(questions, [
        `User name for ${registry.host}: `,
        `Password of carly for ${registry.host}: `,
      ]);
      assert.deepEqual(await config(), { auths: { [registry.host]: { auth: ENCODED } } });
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      assert.deepEqual(registry.requestLines, ['GET /v2/ → 401', 'GET /v2/ → 200']);
    }));

  it('takes the password from standard input, without the end of its line', () =>
    withHome(async ({ run, config }) => {
      for (const end of ['', '\n', '\r\n']) {
        assert.equal((await run(words(), typed(PASSWORD + end))).code, 0);
        assert.deepEqual(await config(), { auths: { [registry.host]: { auth: ENCODED } } });
      }
    }));

  it('keeps nothing that the registry refuses', () =>
    withHome(async ({ run, config }) => {
      registry.requirePassword('carly', 'another');
      const { code, stderr } = await run(words(), typed(PASSWORD));
      assert.equal(code, 1);
      assert.match(stderr, /refuses the credentials of carly from what was typed; .*\[E_AUTH_REFUSED\]/);
      await assert.rejects(config(), { code: 'ENOENT' });
    }));

  it('tries them at the token server of the registry', () =>
    withHome(async ({ run, config }) => {
      await using tokens = await startTokenServer();
      tokens.isWelcome = ({ authorization }) => authorization === `Basic ${ENCODED}`;
      registry.requireTokenOf(tokens.url, (token) => token.startsWith('token-'));
      assert.equal((await run(words(), typed('wrong'))).code, 1);
      await assert.rejects(config(), { code: 'ENOENT' });
      assert.equal((await run(words(), typed(PASSWORD))).code, 0);
      assert.deepEqual(await config(), { auths: { [registry.host]: { auth: ENCODED } } });
    }));

  it('gives them to the helper that the file names, and a fetch gets them from there', () =>
    withHome(async ({ run, home, config, write }) => {
      await write('.docker/config.json', { credsStore: 'test' });
      const helper = await write(
        'bin/docker-credential-test',
        `#!/bin/sh
        case $1 in
          store) cat > "$HOME/stored" ;;
          get) cat "$HOME/stored" 2>/dev/null || { echo credentials not found in native keychain; exit 1; } ;;
          erase) rm "$HOME/stored" ;;
        esac\n`,
      );
      await chmod(helper, 0o755);
      const { code, stderr } = await run(words(), typed(PASSWORD));
      assert.equal(code, 0, stderr);
      assert.equal(stderr, `Signed in to ${registry.host} as carly; saved by docker-credential-test.\n`);
      assert.deepEqual(JSON.parse(await readFile(join(home, 'stored'), 'utf8')), {
        ServerURL: registry.host,
        Username: 'carly',
        Secret: PASSWORD,
      });
      assert.deepEqual(await config(), { credsStore: 'test', auths: { [registry.host]: {} } });
      const out = await run(`logout ${registry.host}`);
      assert.equal(
        out.stderr,
        `Signed out of ${registry.host}; the credentials were removed by docker-credential-test.\n`,
      );
      await assert.rejects(stat(join(home, 'stored')), { code: 'ENOENT' });
    }));

  it('warns when other credentials are looked at first', () =>
    withHome(async ({ run, write }) => {
      const other = Buffer.from('carly:old').toString('base64');
      const path = await write('run/containers/auth.json', { auths: { [registry.host]: { auth: other } } });
      const { code, stderr } = await run(words(), typed(PASSWORD));
      assert.equal(code, 0);
      assert.ok(
        stderr.endsWith(
          `warning: ${path} has other credentials for ${registry.host}, and is looked at first.\n`,
        ),
      );
      await write('run/containers/auth.json', '{');
      const broken = await run(words(), typed(PASSWORD));
      assert.equal(broken.code, 0);
      assert.match(
        broken.stderr,
        /^warning: Larder could not use the credentials in .*auth\.json: it is not valid JSON/m,
      );
    }));

  it('warns when a helper that registries.conf names has others', () =>
    withHome(async ({ run, write }) => {
      const answer = JSON.stringify({ Username: 'carly', Secret: 'old' });
      await chmod(await write('bin/docker-credential-drawer', `#!/bin/sh\necho '${answer}'\n`), 0o755);
      const conf = await write('r.conf', 'credential-helpers = ["drawer"]');
      const { code, stderr } = await run(words(` --registries-conf ${conf}`), typed(PASSWORD));
      assert.equal(code, 0);
      const origin = `docker-credential-drawer, which ${conf} names`;
      assert.ok(
        stderr.endsWith(
          `warning: ${origin} has other credentials for ${registry.host}, and is looked at first.\n`,
        ),
        stderr,
      );
    }));

  it('leaves a broken file as it is', () =>
    withHome(async ({ run, write, path }) => {
      await write('.docker/config.json', '{"auths": {');
      const { code, stderr } = await run(words(), typed(PASSWORD));
      assert.equal(code, 1);
      assert.match(stderr, /config\.json: it is not valid JSON.*\[E_CREDENTIALS\]/);
      assert.equal(await readFile(path, 'utf8'), '{"auths": {');
    }));

  it('never takes a password from the command line, and does not repeat it', () =>
    withHome(async ({ run }) => {
      for (const option of [
        `-p ${PASSWORD}`,
        `-p${PASSWORD}`,
        `--password ${PASSWORD}`,
        `--password=${PASSWORD}`,
      ]) {
        const { code, stderr } = await run(`login -u carly ${option} ${registry.host}`);
        assert.equal(code, 2);
        assert.match(stderr, /A password is not taken from the command line, .* or say --password-stdin\./);
      }
      assert.doesNotMatch((await run('help login')).stdout, /--password /);
      assert.deepEqual(registry.requests, []);
    }));

  const wrong: [string, Partial<Terminal>, number, RegExp][] = [
    ['login quay.io', {}, 2, /no terminal to ask on; say --username/],
    ['login -u carly quay.io', {}, 2, /no terminal to ask on; say --password-stdin/],
    ['login --password-stdin quay.io', typed(PASSWORD), 2, /say who signs in with --username/],
    ['login -u carly --password-stdin quay.io', typed('\n'), 2, /The password is empty/],
    [`login -u carly:${PASSWORD} quay.io`, {}, 2, /has a colon/],
    ['login quay.io', { ask: () => Promise.resolve(' \n') }, 2, /The user name is empty/],
    ['login quay.io/team', {}, 1, /"quay\.io\/team" is not a registry/],
    [`login https://carly:${PASSWORD}@quay.io/team`, {}, 2, /no terminal to ask on/],
    ['login --json', {}, 2, /unknown option/],
  ];
  for (const [line, over, expected, message] of wrong) {
    it(`exits with ${expected} and says why: larder ${line}`, () =>
      withHome(async ({ run }) => {
        const { code, stdout, stderr } = await run(line, over);
        assert.deepEqual([code, stdout], [expected, '']);
        assert.match(stderr, message);
      }));
  }
});

describe('larder logout', () => {
  const auth = { auth: Buffer.from('a:b').toString('base64') };

  it('removes the credentials for Docker Hub when no registry is named', () =>
    withHome(async ({ run, write, path, config }) => {
      await write('.docker/config.json', { auths: { 'https://index.docker.io/v1/': auth, 'quay.io': auth } });
      const { code, stderr } = await run('logout');
      assert.equal(code, 0);
      assert.equal(stderr, `Signed out of docker.io; the credentials were removed from ${path}.\n`);
      assert.deepEqual(await config(), { auths: { 'quay.io': auth } });
    }));

  it('takes a URL for its host, as docker does', () =>
    withHome(async ({ run, write, config }) => {
      await write('.docker/config.json', { auths: { 'quay.io': auth } });
      assert.equal((await run('logout https://quay.io/v2/')).code, 0);
      assert.deepEqual(await config(), { auths: {} });
    }));

  it('says where credentials are left', () =>
    withHome(async ({ run, write }) => {
      await write('.docker/config.json', { auths: { 'quay.io': auth } });
      const other = await write('.config/containers/auth.json', { auths: { 'quay.io': auth } });
      const { code, stderr } = await run('logout quay.io');
      assert.equal(code, 0);
      assert.ok(stderr.endsWith(`warning: ${other} has credentials for quay.io too.\n`));
    }));

  it('fails where there is nothing', () =>
    withHome(async ({ run, path }) => {
      const { code, stderr } = await run('logout quay.io');
      assert.equal(code, 1);
      assert.equal(
        stderr,
        `error: There is nothing to sign out of: ${path} has no credentials for quay.io. [E_NOT_FOUND]\n`,
      );
    }));
});
