/**
 * That no secret is said or written: every suite of registries that ask settles its account when it ends (RegistryDesk.close). Here
 * is what they leave out, a session of an editor; and that the account can fail.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Command, CredentialsNotification, NetworkNotification } from '../../server/src/protocol.ts';
import type { FetchResult } from '../../server/src/protocol.ts';
import { startLspClient } from '../helpers/lsp-client.ts';
import { FIRST_IMAGE, POD_URI, podOf } from '../protocol/fixture.ts';
import type { DeskImage } from './desk-user.ts';
import { CARLY, HTPASSWD, RegistryDesk, WRONG } from './registry-desk.ts';
import { SecretLedger } from './secret-ledger.ts';

const SERVER = join(import.meta.dirname, '../../dist/server.js');
const PROXY_PASSWORD = 'pr0xy-Sésame?9';

describe('the account of secrets', () => {
  const secret = 'a "Sésame"&?7';
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const spellings: Readonly<Record<string, string>> = {
    'as it is': `x${secret}x`,
    'in JSON': JSON.stringify({ secret }),
    'in a URL': `https://carly:${encodeURIComponent(secret)}@registry.example/`,
    'in a form': new URLSearchParams({ refresh_token: secret, scope: '' }).toString(),
    'in base64': base64(secret),
    'in base64, of a user of five letters': base64(`carly:${secret}`),
    'in base64, of a user of six': base64(`carlos:${secret}`),
    'in base64, of a user of eight': base64(`caroline:${secret}`),
    'in base64url': Buffer.from(secret).toString('base64url'),
    'in hexadecimal': Buffer.from(secret).toString('hex'),
  };

  async function withLedger(body: (ledger: SecretLedger, directory: string) => Promise<void>): Promise<void> {
    const directory = await mkdtemp(join(tmpdir(), 'larder-ledger-'));
    try {
      const ledger = new SecretLedger();
      ledger.keep('the secret', secret);
      ledger.watch(directory);
      await body(ledger, directory);
    } finally {
      await rm(directory, { recursive: true });
    }
  }

  for (const [spelling, text] of Object.entries(spellings)) {
    it(`finds a secret ${spelling}, in what is said and in files`, () =>
      withLedger(async (ledger, directory) => {
        assert.deepEqual(await ledger.findings(), []);
        ledger.hear('standard error', `before ${text} after`);
        const path = join(directory, 'below', 'index.sqlite3');
        await mkdir(join(directory, 'below'));
        await writeFile(path, Buffer.concat([Buffer.from([0, 255]), Buffer.from(text), Buffer.from([0])]));
        const findings = await ledger.findings();
        assert.ok(findings.some((finding) => /^the secret, .*: standard error$/.test(finding)));
        assert.ok(findings.some((finding) => finding.endsWith(path)));
      }));
  }

  it('finds one in the name of a file, and none where it was put on purpose', () =>
    withLedger(async (ledger, directory) => {
      const path = join(directory, 'config.json');
      await writeFile(path, secret);
      ledger.permit(path);
      assert.deepEqual(await ledger.findings(), []);
      await writeFile(join(directory, secret), '');
      assert.deepEqual(await ledger.findings(), ['the secret, as it is: the name of a file']);
    }));

  it('fails the suite whose desk it lies on', async () => {
    const desk = await RegistryDesk.open('planted');
    await (
      await desk.user()
    ).larder(['fetch', `https://carly:${encodeURIComponent(CARLY.password)}@127.0.0.1:1/`]);
    await assert.rejects(desk.close(), { code: 'ERR_ASSERTION' });
  });
});

describe('an editor that signs in', () => {
  let desk: RegistryDesk;
  let image: DeskImage;
  let host: string;

  before(async () => {
    desk = await RegistryDesk.open('editor');
    desk.ledger.keep("the proxy's password", PROXY_PASSWORD);
    const path = desk.path('htpasswd');
    await writeFile(path, HTPASSWD);
    host = (await desk.registry({ auth: { htpasswd: { realm: 'Larder tests', path } } })).host;
    image = await desk.push('shop/web:1');
  });
  after(() => desk.close());

  it('is told nothing of what it told the server', async () => {
    const user = await desk.user();
    await user.write('.docker/config.json', { credHelpers: { [host]: 'drawer' } });
    await user.writeHelper('drawer', `echo '${JSON.stringify({ Username: 'carly', Secret: WRONG })}'`);
    const unset = { DOCKER_CONFIG: '', REGISTRY_AUTH_FILE: '', XDG_CONFIG_HOME: '', XDG_DATA_HOME: '' };
    const client = await startLspClient({
      script: SERVER,
      env: { ...user.env, ...unset },
      settings: { store: { path: join(user.home, 'store') }, platform: 'linux/amd64' },
    });
    let said = '';
    for (const stream of [client.server.stdout, client.server.stderr]) {
      stream.on('data', (piece: Buffer) => (said += piece.toString()));
    }
    const name = `${host}/${image.name}`;
    const fetch = async (): Promise<string> => {
      const images = [{ image: name, syntax: 'docker', mode: 'remote' }];
      const [result] = (await client.execute<FetchResult>(Command.fetch, { images })).images;
      assert.ok(result);
      return 'error' in result ? result.error.code : result.outcome;
    };
    const tell = (password: string): Promise<void> =>
      client.connection.sendNotification(CredentialsNotification, {
        registries: { [host]: { username: CARLY.username, password } },
      });
    const look = async (): Promise<void> => {
      await client.hover(POD_URI, FIRST_IMAGE);
      await client.inlayHints(POD_URI);
      await client.codeLenses(POD_URI);
      const range = { start: FIRST_IMAGE, end: FIRST_IMAGE };
      await client.codeActions(POD_URI, range, await client.diagnostics(POD_URI));
    };

    await client.open(POD_URI, podOf(name));
    // The helper's password is wrong.
    assert.equal(await fetch(), 'E_AUTH_REFUSED');
    await look();
    const login = { registry: host, username: CARLY.username };
    await assert.rejects(client.execute(Command.signIn, { ...login, password: WRONG }), {
      data: { code: 'E_AUTH_REFUSED' },
    });
    await client.execute(Command.signIn, { ...login, password: CARLY.password });
    await tell(CARLY.password);
    assert.equal(await fetch(), 'fetched');
    await look();
    await tell(WRONG);
    assert.equal(await fetch(), 'E_AUTH_REFUSED');
    await look();
    await client.connection.sendNotification(NetworkNotification, {
      ...{ noProxy: [], strictSSL: true, certificates: [] },
      proxy: `socks5://wanda:${encodeURIComponent(PROXY_PASSWORD)}@127.0.0.1:1`,
      proxyAuthorization: `Basic ${Buffer.from(`wanda:${PROXY_PASSWORD}`).toString('base64')}`,
    });
    assert.equal(await fetch(), 'E_PROXY');
    await look();
    await client.close();

    desk.ledger.hear('what the server wrote', said);
    // That it was heard at all: a hover, a log message, an error, a status.
    for (const words of [
      'E_AUTH_REFUSED',
      'window/logMessage',
      'larder/status',
      '"contents"',
      'takes the credentials of carly',
    ]) {
      assert.ok(said.includes(words), words);
    }
  });
});
