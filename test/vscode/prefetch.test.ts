import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildImage } from '../helpers/images.ts';
import { startRegistry, type Registry } from '../helpers/registry.ts';
import { openEditor, PICTURES } from './editor.ts';
import type { EditorWindow } from './window.ts';

/** Slow enough that a person, and this test, sees the progress. */
const DRIP = { kind: 'drip', size: 32_768, delay: 40 } as const;

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
      initContainers:
        - name: migrate
          image: ${host}/shop/migrate:2.0
          imagePullPolicy: IfNotPresent
      containers:
        - name: web
          image: ${host}/shop/web:1.4
          imagePullPolicy: Allways
        - name: proxy
          image: ${host}/shop/proxy:1.4@sha256:not-a-digest
`;

describe('one-click prefetch in a real VS Code', () => {
  const cleanup = new AsyncDisposableStack();
  let registry: Registry;
  let window: EditorWindow;
  let other: EditorWindow;

  before(async () => {
    registry = cleanup.adopt(await startRegistry(), (it) => it.close());
    for (const [repository, tag] of [
      ['shop/migrate', '2.0'],
      ['shop/web', '1.4'],
    ] as const) {
      const image = await buildImage({
        layers: [1, 2].map((layer) => ({
          files: [{ name: `${repository}/${layer}`, content: randomBytes(1_500_000) }],
        })),
        config: { Entrypoint: [`/${repository}`] },
      });
      registry.push(repository, tag, image);
      for (const { digest } of image.layers) registry.misbehave(digest, DRIP);
    }
    const directory = await mkdtemp(join(tmpdir(), 'larder-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    const workspace = join(directory, 'shop');
    await mkdir(workspace);
    await writeFile(join(workspace, 'deployment.yaml'), manifest(registry.host));
    const editor = cleanup.adopt(await openEditor({ workspace }), (it) => it.close());
    window = await editor.openWindow();
    other = await editor.openWindow();
  });
  after(() => cleanup.disposeAsync());

  it('underlines mistakes and says what is not in the store, in every window', async () => {
    await window.openFile('deployment.yaml');
    await window.waitForSquiggle('error');
    await window.waitForRow('shop/web:1.4', 'not in store');
    await window.waitForRow('shop/migrate:2.0', 'not in store');
    await window.waitForLens('3 images: 2 missing, 1 invalid');
    await window.screenshot(PICTURES, 'not-in-store');
    await other.openFile('deployment.yaml');
    await other.waitForRow('shop/web:1.4', 'not in store');
  });

  it('explains a mistake', async () => {
    const hover = await window.hover('Allways', 'Allways', 'larder');
    assert.match(hover, /Always/);
    assert.match(await window.hover('shop/proxy', 'proxy', 'larder'), /digest/);
    await window.screenshot(PICTURES, 'mistake');
    await window.pointAway();
  });

  it('explains an image: what it is, what the store has, what each pull mode would do', async () => {
    const hover = await window.hover('shop/migrate', 'migrate', 'Not in the store');
    assert.ok(hover.includes(`docker://${registry.host}/shop/migrate:2.0`), hover);
    await window.screenshot(PICTURES, 'hover');
    await window.pointAway();
  });

  it('asks the registry for nothing before somebody wants an image', () => {
    assert.deepEqual(registry.requestLines, []);
  });

  it('fetches what is missing with one click, and shows the progress', async () => {
    await window.clickLens('Fetch missing');
    assert.match(await window.notification(/\d+(\.\d+)? .?B/), /shop\//);
    await window.screenshot(PICTURES, 'progress');
    await window.waitForRow('shop/web:1.4', 'in store, checked just now');
    await window.waitForRow('shop/migrate:2.0', 'in store, checked just now');
    await window.waitForLens('3 images: 2 in store, 1 invalid');
    await window.pointAway();
    await window.screenshot(PICTURES, 'in-store');
  });

  it('shows it in a second window, without reopening the file', async () => {
    await other.waitForRow('shop/web:1.4', 'in store, checked just now');
    await other.screenshot(PICTURES, 'second-window');
  });

  it('says in the hover what the store has', async () => {
    assert.match(await window.hover('shop/migrate', 'migrate', 'sha512-'), /3\.\d MB/);
    await window.screenshot(PICTURES, 'hover-in-store');
  });
});
