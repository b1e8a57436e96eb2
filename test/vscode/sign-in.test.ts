import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startRegistry } from '../helpers/registry.ts';
import type { Registry } from '../helpers/registry.ts';
import { shopImage } from '../helpers/shop.ts';
import { until } from './again.ts';
import { openEditor, PICTURES } from './editor.ts';
import type { Editor } from './editor.ts';
import type { EditorWindow } from './window.ts';

const USER = 'carly';
// Written otherwise in JSON and in URLs.
const PASSWORD = 'open "sesame"/1';
const WRONG = 'close "sesame"/2';

const FORCE_FETCH = 'Larder: Fetch Image at Cursor, Asking the Remote';

const manifest = (host: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  selector:
    matchLabels: { app: shop }
  template:
    metadata:
      labels: { app: shop }
    spec:
      containers:
        - name: web
          image: ${host}/shop/web:1.4
`;

describe('a registry that wants credentials, in a real VS Code', () => {
  const cleanup = new AsyncDisposableStack();
  let registry: Registry;
  let store: string;
  let editor: Editor;
  let window: EditorWindow;
  let other: EditorWindow;

  before(async () => {
    registry = cleanup.adopt(await startRegistry(), (it) => it.close());
    registry.push('shop/web', '1.4', await shopImage('shop/web', '1.4'));
    registry.requirePassword(USER, PASSWORD);
    const directory = await mkdtemp(join(tmpdir(), 'larder-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    const workspace = join(directory, 'shop');
    store = join(directory, 'store');
    await mkdir(workspace);
    await writeFile(join(workspace, 'deployment.yaml'), manifest(registry.host));
    const settings = { 'larder.store.path': store, 'larder.trace.server': 'verbose' };
    editor = cleanup.adopt(await openEditor({ workspace, settings }), (it) => it.close());
    window = await editor.openWindow();
  });
  after(() => cleanup.disposeAsync());

  /** Each request since the last look, with the password that it carried. */
  const takeRequests = (): string[] => {
    const lines = registry.requests.map(({ method, path, headers, status }) => {
      const [, given = ''] = (headers.authorization ?? '').split(' ');
      return [method, path, Buffer.from(given, 'base64').toString() || 'nobody', status].join(' ');
    });
    registry.clearRequests();
    return lines;
  };
  const forceFetch = async (from: EditorWindow): Promise<void> => {
    await from.putCursor('shop/web:1.4');
    await from.runCommand(FORCE_FETCH);
  };
  const somethingGiven = (): Promise<void> =>
    until(() => registry.requests.some(({ status }) => status === 200), 'an answer of the registry');

  it('is asked for nothing before somebody wants an image', async () => {
    await window.openFile('deployment.yaml');
    await window.waitForRow('shop/web:1.4', 'not in store');
    assert.deepEqual(takeRequests(), []);
    // Everything that client and server say to each other, from here on.
    await window.choose('Larder', () => window.runCommand('Developer: Set Log Level...'));
    await window.choose('Trace');
  });

  it('lets nobody in, and the editor offers to sign in', async () => {
    await window.clickLens('Fetch missing');
    const needs = await window.notification('needs credentials');
    assert.ok(needs.includes(`${registry.host}/shop/web:1.4 needs credentials for ${registry.host}`), needs);
    assert.deepEqual(takeRequests(), ['GET /v2/shop/web/manifests/1.4 nobody 401']);
  });

  it('refuses a wrong password, and the prompt says so and asks again', async () => {
    await window.pressInNotification('needs credentials', 'Sign In…');
    await window.box(`Sign In to ${registry.host} (1/2)`);
    await window.answerBox(USER);
    await window.box(`Password or access token of ${USER}`);
    await window.answerSecretBox(WRONG);
    await window.box(`${registry.host} refuses the password of ${USER}.`);
    await window.waitForNoNotification();
    await window.screenshot(PICTURES, 'sign-in');
    assert.deepEqual(takeRequests(), ['GET /v2/ nobody 401', `GET /v2/ ${USER}:${WRONG} 401`]);
  });

  it('is fetched from without a further click once it takes the password', async () => {
    await window.answerSecretBox(PASSWORD);
    await window.notification(`Signed in to ${registry.host} as ${USER}.`);
    await window.waitForRow('shop/web:1.4', 'in store, checked just now');
    await window.waitForLens('1 image: 1 in store');
    await window.waitForNoNotification('Fetching');
    await window.pointAway();
    await window.screenshot(PICTURES, 'signed-in');
  });

  it('sees the credentials only after it has asked for them', () => {
    const [probe, signedIn, asked, letIn, ...blobs] = takeRequests();
    const owner = `${USER}:${PASSWORD}`;
    assert.deepEqual(
      [probe, signedIn, asked, letIn],
      [
        'GET /v2/ nobody 401',
        `GET /v2/ ${owner} 200`,
        'GET /v2/shop/web/manifests/1.4 nobody 401',
        `GET /v2/shop/web/manifests/1.4 ${owner} 200`,
      ],
    );
    assert.equal(blobs.length, 4);
    assert.ok(blobs.every((line) => line.endsWith(`${owner} 200`)));
  });

  it('tells in the status how often it may be asked', async () => {
    const headers = { 'RateLimit-Limit': '100;w=21600', 'RateLimit-Remaining': '7;w=21600' };
    registry.misbehave('', { kind: 'headers', headers });
    await forceFetch(window);
    await somethingGiven();
    await window.waitForNoNotification('Fetching');
    await window.runCommand('Notifications: Clear All Notifications');
    const status = await window.languageStatus(`7 of 100 requests left at ${registry.host}`);
    assert.ok(status.includes('Larder: 1 image in the store'), status);
    await window.screenshot(PICTURES, 'limits');
    registry.behave();
    await window.pointAway();
  });

  it('is not asked about again by a window that is opened anew, nor by another one', async () => {
    await window.reload();
    other = await editor.openWindow();
    await other.openFile('deployment.yaml');
    for (const from of [window, other]) {
      await from.waitForRow('shop/web:1.4', 'in store');
      takeRequests();
      await forceFetch(from);
      await somethingGiven();
      assert.deepEqual(takeRequests().slice(0, 2), [
        'HEAD /v2/shop/web/manifests/1.4 nobody 401',
        `HEAD /v2/shop/web/manifests/1.4 ${USER}:${PASSWORD} 200`,
      ]);
    }
  });

  it('lets nobody in after its credentials are forgotten', async () => {
    await window.choose(registry.host, () =>
      window.runCommand('Larder: Forget the Credentials of a Registry…'),
    );
    await window.notification(`The credentials for ${registry.host} are forgotten.`);
    // In a browser, the secret storage of a window is read when it opens, and not again.
    await other.reload();
    for (const from of [window, other]) {
      await from.waitForRow('shop/web:1.4', 'in store');
      takeRequests();
      await forceFetch(from);
      await from.notification('needs credentials');
      assert.deepEqual(takeRequests(), ['HEAD /v2/shop/web/manifests/1.4 nobody 401']);
    }
  });

  it('has passwords that stand nowhere: on no page, in no log, in no file', async () => {
    const files = [...(await filesIn(store)), ...(await filesIn(editor.directory))];
    const logs = files.filter((path) => basename(path) === 'Larder.log');
    const trace = (await Promise.all(logs.map((path) => readFile(path, 'utf8')))).join('\n');
    // The log would have held them, once each that was tried and once that was kept.
    assert.ok(trace.split('"password": "(secret)"').length > 3);
    assert.ok(files.some((path) => path.startsWith(store)));

    const forms = [WRONG, PASSWORD].flatMap(formsOf);
    for (const path of files) {
      const content = await readFile(path, 'latin1');
      for (const form of forms) assert.ok(!content.includes(form), `${form} stands in ${path}`);
    }
    for (const page of [window, other]) {
      const content = await page.everything();
      for (const form of forms) assert.ok(!content.includes(form), `${form} stands in a page`);
    }
  });
});

/** A password as logs, headers and URLs would have it. */
function formsOf(password: string): string[] {
  return [
    password,
    JSON.stringify(password).slice(1, -1),
    encodeURIComponent(password),
    ...[password, `${USER}:${password}`].map((text) => Buffer.from(text).toString('base64')),
    'sesame',
  ];
}

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
