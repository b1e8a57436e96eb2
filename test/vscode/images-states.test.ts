import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeKey } from '../engine/trust/keys.ts';
import { buildAci } from '../helpers/aci.ts';
import { CERTIFICATE } from '../helpers/loopback-tls.ts';
import { startPublisher } from '../helpers/publisher.ts';
import type { Publisher } from '../helpers/publisher.ts';
import { startRegistry } from '../helpers/registry.ts';
import type { Registry } from '../helpers/registry.ts';
import { shopImage } from '../helpers/shop.ts';
import { startLarderIn } from '../real/larder.ts';
import { openEditor, PICTURES } from './editor.ts';
import { Pane } from './pane.ts';
import type { EditorWindow } from './window.ts';

const kubernetes = (...images: readonly string[]): string => `apiVersion: v1
kind: Pod
metadata:
  name: front
spec:
  containers:
${images.map((image, index) => `    - name: c${index}\n      image: ${image}\n`).join('')}`;

const appc = (...names: readonly string[]): string => {
  const apps = names.map((name, index) => ({ name: `a${index}`, image: { name } }));
  return JSON.stringify({ acKind: 'PodManifest', acVersion: '0.8.11', apps }, null, 2);
};

describe('the states of images in a real VS Code', () => {
  const cleanup = new AsyncDisposableStack();
  let registry: Registry;
  let publisher: Publisher;
  let window: EditorWindow;
  let pane: Pane;
  let pinned: string;

  before(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'larder-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    const store = join(directory, 'store');
    const authority = join(directory, 'ca.pem');
    await writeFile(authority, CERTIFICATE);
    publisher = cleanup.adopt(await startPublisher(await makeKey('Carly')), (it) => it.close());
    const inherited = process.env as Record<string, string>;
    const env = { ...inherited, HTTPS_PROXY: publisher.proxyUrl, NODE_EXTRA_CA_CERTS: authority };
    const fetched = async (image: string): Promise<void> => {
      const flags = ['--dir', store, '--platform', 'linux/amd64', '--insecure-options', 'image'];
      const run = startLarderIn({ env }, 'fetch', ...flags, image);
      const { code, stderr } = await run.finished;
      assert.equal(code, 0, stderr);
    };

    registry = cleanup.adopt(await startRegistry(), (it) => it.close());
    for (const name of ['web', 'proxy', 'metrics']) {
      const image = await shopImage(`shop/${name}`, '1.4');
      registry.push(`shop/${name}`, '1.4', image);
      await fetched(`docker://${tag(name)}`);
      if (name === 'web') pinned = `${tag(name)}@${image.digest}`;
    }
    registry.move('shop/metrics', '1.4', await shopImage('shop/metrics', '1.5'));
    for (const [path, age] of [
      ['shop/cart', 86_400],
      ['shop/stock', 0],
    ] as const) {
      const aci = buildAci({ name: publisher.name(path) });
      await publisher.publish(path, aci, { 'cache-control': `max-age=${age}`, etag: '"1"' });
      await fetched(publisher.name(path));
    }
    registry.clearRequests();
    publisher.origin.takeLines();

    const workspace = join(directory, 'shop');
    await mkdir(workspace);
    await writeFile(
      join(workspace, 'front.yaml'),
      kubernetes(pinned, tag('proxy'), tag('metrics'), tag('migrate')),
    );
    await writeFile(
      join(workspace, 'back.pod-manifest.json'),
      appc(publisher.name('shop/cart'), publisher.name('shop/stock')),
    );
    const settings = { 'larder.store.path': store, 'larder.platform': 'linux/amd64' };
    const editor = cleanup.adopt(await openEditor({ workspace, settings }), (it) => it.close());
    window = await editor.openWindow();
    pane = new Pane(window.page, 'Images');
  });
  after(() => cleanup.disposeAsync());

  const tag = (name: string): string => `${registry.host}/shop/${name}:1.4`;

  it('are told in words, what wants attention first, and nobody is asked for them', async () => {
    await new Pane(window.page, 'Explorer Section').toggle();
    await pane.toggle();
    await pane.row('shop/migrate:1.4', 'not in store');
    await rowsAre(
      /^This workspace, 6 images, 1 missing, 1 stale$/,
      /shop\/migrate:1\.4, not in store$/,
      /shop\/stock, in store, went stale .+$/,
      /shop\/metrics:1\.4, in store, checked .+$/,
      /shop\/proxy:1\.4, in store, checked .+$/,
      /shop\/cart, in store, checked .+, still fresh$/,
      /shop\/web:1\.4@sha256:[0-9a-f]{64}, pinned, in store$/,
      /^Store, 5 images$/,
    );
    assert.deepEqual([registry.requestLines, publisher.origin.takeLines()], [[], []]);
  });

  it('tell of a tag that has moved once it was checked, with a request for each tag', async () => {
    await pane.pressInTitle('Check Whether Tags');
    await pane.row('shop/metrics:1.4', 'moved, seen');
    await rowsAre(
      /6 images, 1 missing, 1 moved, 1 stale$/,
      /shop\/migrate/,
      /shop\/metrics:1\.4, moved, seen .+$/,
    );
    assert.deepEqual(publisher.origin.takeLines(), []);
    assert.deepEqual(
      registry.requestLines.filter((line) => line.startsWith('HEAD')).toSorted(),
      ['metrics', 'proxy', 'web'].map((name) => `HEAD /v2/shop/${name}/manifests/1.4 → 200`),
    );
    await pane.click('shop/migrate:1.4', 'not in store');
    await window.waitForRow('shop/metrics:1.4', 'moved, seen');
    await window.widenSideBar(130);
    await window.waitForNoNotification();
    await window.screenshot(PICTURES, 'images-view');
  });

  /** Compares the first rows, as a screen reader says them. */
  async function rowsAre(...expected: readonly RegExp[]): Promise<void> {
    const rows = await pane.rows();
    for (const [index, pattern] of expected.entries())
      assert.match(rows[index] ?? '', pattern, rows.join('\n'));
  }
});
