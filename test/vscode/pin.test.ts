import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { TestImage } from '../helpers/images.ts';
import { startRegistry } from '../helpers/registry.ts';
import type { Registry } from '../helpers/registry.ts';
import { shopImage } from '../helpers/shop.ts';
import { larder } from '../real/larder.ts';
import { until } from './again.ts';
import { openEditor, PICTURES } from './editor.ts';
import type { EditorWindow } from './window.ts';

const QUESTION = 'Pin 4 images in 2 files to the digests in the store?';
const SIDE_BAR = 'View: Toggle Primary Side Bar Visibility';

const pod = (name: string, ...images: readonly string[]): string => `# The images of ${name}.
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
  containers:
${images.map((image, index) => `    - name: c${index} # The ${index + 1}.\n      image: "${image}"\n`).join('')}`;

describe('pinning in a real VS Code', () => {
  const cleanup = new AsyncDisposableStack();
  const images = new Map<string, TestImage>();
  let registry: Registry;
  let workspace: string;
  let window: EditorWindow;

  before(async () => {
    registry = cleanup.adopt(await startRegistry(), (it) => it.close());
    const directory = await mkdtemp(join(tmpdir(), 'larder-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    const store = join(directory, 'store');
    for (const name of ['web', 'proxy', 'metrics']) {
      const image = await shopImage(`shop/${name}`, '1.4');
      images.set(name, image);
      registry.push(`shop/${name}`, '1.4', image);
      await larder('--dir', store, 'fetch', `docker://${tagOf(name)}`);
    }
    registry.clearRequests();
    workspace = join(directory, 'shop');
    await mkdir(workspace);
    await writeFile(join(workspace, 'front.yaml'), front());
    await writeFile(join(workspace, 'back.yaml'), back());
    // A pin is long.
    const settings = { 'larder.store.path': store, 'editor.fontSize': 12 };
    const editor = cleanup.adopt(await openEditor({ workspace, settings }), (it) => it.close());
    window = await editor.openWindow();
    await window.openFile('front.yaml');
    await window.runCommand(SIDE_BAR);
  });
  after(() => cleanup.disposeAsync());

  const tagOf = (name: string): string => `${registry.host}/shop/${name}:1.4`;
  const digestOf = (name: string): string => images.get(name)?.digest ?? '';
  const pinOf = (name: string): string => `${tagOf(name)}@${digestOf(name)}`;
  const front = (name = tagOf): string => pod('front', name('web'), name('proxy'));
  const back = (name = tagOf): string => pod('back', name('metrics'), name('web'));
  const saved = (file: string): Promise<string> => readFile(join(workspace, file), 'utf8');

  it('is offered where an image is, and says to which digest and how old it is', async () => {
    await window.waitForRow('shop/web:1.4', 'in store, checked just now');
    const [pin = '', file, all] = await window.actions('shop/web:1.4', 'web');
    const digest = digestOf('web').slice(0, 'sha256:'.length + 12);
    assert.equal(pin, `Pin "${tagOf('web')}" to the digest in the store (${digest}, checked just now)`);
    assert.deepEqual([file, all], ['Pin all images of this file', 'Pin all images of the workspace…']);
    await window.screenshot(PICTURES, 'pin-actions');
  });

  it('writes the digest behind the tag, and nothing else', async () => {
    await window.takeAction('to the digest in the store');
    await window.waitForRow('@sha256:');
    assert.equal(await window.copyAll(), pod('front', pinOf('web'), tagOf('proxy')));
    await window.waitForRow('pinned, in store');
  });

  it('is undone to the same bytes', async () => {
    await act('Unpin "');
    await window.waitForRow('shop/web:1.4', 'checked just now');
    assert.equal(await window.copyAll(), front());
  });

  it('is done for a whole file', async () => {
    await act('Pin all images of this file');
    await window.waitForRow('shop/proxy:1.4@sha256:');
    assert.equal(await window.copyAll(), front(pinOf));
    await window.waitForLens('2 images: 2 in store');
    await window.putCursor('# The images');
    await window.screenshot(PICTURES, 'pinned');
    await act('Unpin all images of this file');
    await window.waitForRow('shop/proxy:1.4"');
    assert.equal(await window.copyAll(), front());
  });

  it('is done for a workspace only after a yes', async () => {
    await act('Pin all images of the workspace…');
    await window.pressInNotification(QUESTION, 'Choose Which…');
    for (const row of ['back.yaml', 'front.yaml', ...['metrics', 'web', 'proxy'].map(digestOf)])
      await window.waitForPreview(row);
    await window.waitForNoNotification();
    await window.screenshot(PICTURES, 'pin-workspace');
    await window.pressInPreview('Discard');
    assert.deepEqual([await saved('front.yaml'), await saved('back.yaml')], [front(), back()]);
  });

  it('is done in all its files at once, those that are not open included', async () => {
    await act('Pin all images of the workspace…');
    await window.pressInNotification(QUESTION, 'Pin');
    await until(async () => (await saved('front.yaml')) === front(pinOf), 'the file that is open');
    await until(async () => (await saved('back.yaml')) === back(pinOf), 'the file that is not');
  });

  it('is undone in those of its files that a person chooses', async () => {
    await window.runCommand('Larder: Unpin Images of the Workspace…');
    await window.pressInNotification('Unpin 4 images in 2 files?', 'Choose Which…');
    await window.checkInPreview('front.yaml');
    await window.pressInPreview('Apply');
    await window.waitForRow('shop/web:1.4"');
    await window.putCursor('# The images');
    assert.equal(await window.copyAll(), front());
    await window.runCommand(SIDE_BAR);
    await window.openFile('back.yaml');
    await window.runCommand(SIDE_BAR);
    await window.waitForRow('shop/metrics:1.4@sha256:');
    assert.equal(await window.copyAll(), back(pinOf));
  });

  it('asks no registry', () => assert.deepEqual(registry.requestLines, []));

  it('follows a tag that has moved, once that is known', async () => {
    const moved = await shopImage('shop/web', '1.5');
    registry.move('shop/web', '1.4', moved);
    await window.runCommand('Larder: Check Whether Tags of This File Have Moved');
    await window.notification('2 images were checked: 1 moved.');
    await act('Update pin of');
    images.set('web', moved);
    await window.waitForRow('not in store');
    assert.equal(await window.copyAll(), back(pinOf));
    await window.clickLens('Fetch missing');
    await window.waitForLens('2 images: 2 in store');
  });

  /** Does what is offered at the first image. */
  async function act(title: string): Promise<void> {
    await window.actions('shop/web:1.4', 'web');
    await window.takeAction(title);
  }
});
