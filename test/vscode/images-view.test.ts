import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openStore } from '../../server/src/engine/store/store.ts';
import { importImage, testHost } from '../engine/store/fixture.ts';
import { startRegistry } from '../helpers/registry.ts';
import type { Registry } from '../helpers/registry.ts';
import { shopImage } from '../helpers/shop.ts';
import { openEditor, PICTURES } from './editor.ts';
import { Pane } from './pane.ts';
import type { EditorWindow } from './window.ts';

const pod = (name: string, ...images: readonly string[]): string => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
  containers:
${images.map((image, index) => `    - name: c${index}\n      image: ${image}\n`).join('')}`;

describe('the view of images in a real VS Code', () => {
  const cleanup = new AsyncDisposableStack();
  let registry: Registry;
  let workspace: string;
  let store: string;
  let window: EditorWindow;
  let pane: Pane;

  before(async () => {
    registry = cleanup.adopt(await startRegistry(), (it) => it.close());
    for (const [repository, tag] of [
      ['shop/web', '1.4'],
      ['shop/migrate', '2.0'],
    ] as const)
      registry.push(repository, tag, await shopImage(repository, tag));
    const directory = await mkdtemp(join(tmpdir(), 'larder-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    workspace = join(directory, 'shop');
    await mkdir(workspace);
    const { host } = registry;
    await writeFile(
      join(workspace, 'front.yaml'),
      pod('front', `${host}/shop/web:1.4`, `${host}/shop/migrate:2.0`),
    );
    await writeFile(
      join(workspace, 'back.yaml'),
      pod('back', `${host}/shop/web:1.4`, '$(IMAGE)', 'shop/Database'),
    );
    store = join(directory, 'store');
    const settings = { 'larder.store.path': store };
    const editor = cleanup.adopt(await openEditor({ workspace, settings }), (it) => it.close());
    window = await editor.openWindow();
    pane = new Pane(window.page, 'Images');
  });
  after(() => cleanup.disposeAsync());

  it('shows what manifests that nobody has open name, what is missing first, and asks no registry', async () => {
    await new Pane(window.page, 'Explorer Section').toggle();
    await pane.toggle();
    await pane.row('shop/web:1.4', 'not in store');
    assert.deepEqual(await pane.rows(), [
      'This workspace, 4 images, 2 missing',
      `${registry.host}/shop/migrate:2.0, not in store`,
      `${registry.host}/shop/web:1.4, not in store`,
      'shop/Database, not a valid image',
      '$(IMAGE), completed later by a template',
      'Store, is empty',
    ]);
    assert.deepEqual(registry.requestLines, []);
  });

  it('fetches an image from its row, which follows', async () => {
    await pane.press('Fetch', 'shop/web:1.4', 'not in store');
    await pane.row('shop/web:1.4', 'in store, checked just now');
    await pane.row('Store', '1 image');
    await pane.row('shop/web:1.4', 'used by 2 manifests');
  });

  it('shows the one place where an image is named', async () => {
    await pane.click('shop/migrate:2.0', 'not in store');
    await window.waitForRow('shop/migrate:2.0');
    await window.page.locator('.tab.active', { hasText: 'front.yaml' }).waitFor();
    await window.page.locator('.monaco-editor .selected-text').first().waitFor();
  });

  it('lets a person choose among several places', async () => {
    await window.choose('back.yaml:8', () => pane.click('shop/web:1.4', 'in store'));
    await window.page.locator('.tab.active', { hasText: 'back.yaml' }).waitFor();
  });

  it('fetches all that is missing', async () => {
    await pane.pressInTitle('Fetch Missing Images');
    await pane.row('shop/migrate:2.0', 'in store, checked just now');
    await pane.row('Store', '2 images');
    await window.waitForNoNotification();
    const tooltip = await pane.tooltip('shop/web:1.4', 'in store, checked');
    assert.ok(tooltip.includes(`docker://${registry.host}/shop/web:1.4`), tooltip);
    assert.match(tooltip, /Named in 2 places of 2 manifests/);
    await window.screenshot(PICTURES, 'images-tooltip');
    await window.pointAway();
  });

  it('follows files that somebody else writes, and what is typed and not saved', async () => {
    await writeFile(join(workspace, 'new.yaml'), pod('new', 'nginx:1.27'));
    await pane.row('nginx:1.27', 'not in store');
    await window.putCursor('IMAGE');
    await window.page.keyboard.press('End');
    await window.page.keyboard.type('/typed');
    await pane.row('$(IMAGE)/typed', 'completed later');
  });

  it('removes an image after a clear yes', async () => {
    await pane.press('Remove', 'shop/web:1.4', 'used by');
    const asked = await window.dialog('from the store?');
    assert.match(asked, /Remove 127\.0\.0\.1:\d+\/shop\/web:1\.4 from the store\?/);
    assert.match(asked, /sha512-[0-9a-f]{12}….*used by 2 manifests/);
    await window.screenshot(PICTURES, 'images-remove');
    await window.pressInDialog('Cancel');
    await pane.press('Remove', 'shop/web:1.4', 'used by');
    await window.dialog('from the store?');
    await window.pressInDialog('Remove');
    await pane.row('shop/web:1.4', 'not in store');
    await pane.row('Store', '1 image');
  });

  it('frees disk space after a clear yes, and keeps what manifests name', async () => {
    const host = testHost();
    host.now = Date.now() - 2 * 24 * 60 * 60 * 1000;
    const opened = await openStore(host, store);
    await importImage(opened, 'nobody needs this', { name: 'registry.example/old' });
    await opened.close();
    await pane.row('old:1', 'imported 2 days ago, not used here');
    await window.runCommand('Free Disk Space');
    const asked = await window.dialog('by removing');
    assert.match(asked, /Free \d+ B by removing 1 image from the store\?/);
    assert.match(asked, /These stay: images that manifests of this workspace name \(tags and pins\)/);
    await window.screenshot(PICTURES, 'free-disk-space');
    await window.pressInDialog('Remove');
    await window.notification(/Freed \d+ B by removing 1 image from the store\./);
    await window.runCommand('Free Disk Space');
    await window.notification('There is nothing to free.');
  });
});
