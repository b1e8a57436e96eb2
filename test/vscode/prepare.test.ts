import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startRegistry } from '../helpers/registry.ts';
import type { Registry } from '../helpers/registry.ts';
import { shopImage } from '../helpers/shop.ts';
import { larder } from '../real/larder.ts';
import { run } from '../real/parts.ts';
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
      containers:
        - name: web
          image: ${host}/shop/web:1.4
          imagePullPolicy: Always
          ports: [{ containerPort: 8080 }]
          livenessProbe: { httpGet: { path: /health, port: 8080 } }
        - name: proxy
          image: ${host}/shop/proxy:1.27
          imagePullPolicy: IfNotPresent
          volumeMounts: [{ name: cache, mountPath: /var/cache }]
        - name: metrics
          image: ${host}/shop/metrics:0.9
          imagePullPolicy: Never
      volumes:
        - name: cache
          emptyDir: {}
`;

const IMAGES = [
  ['web', '1.4'],
  ['proxy', '1.27'],
  ['metrics', '0.9'],
] as const;

const DOCUMENT = 'shop.pod-manifest.jsonc';

const BYTES = /\d+(\.\d+)?( .?B)? of \d+(\.\d+)? .?B/;

interface Reified {
  readonly apps: readonly { readonly name: string; readonly image: { readonly id: string } }[];
}

describe('preparing a pod in a real VS Code', () => {
  const cleanup = new AsyncDisposableStack();
  let registry: Registry;
  let directory: string;
  let store: string;
  let window: EditorWindow;

  before(async () => {
    registry = cleanup.adopt(await startRegistry(), (it) => it.close());
    for (const [name, tag] of IMAGES) {
      const image = await shopImage(`shop/${name}`, tag);
      registry.push(`shop/${name}`, tag, image);
    }
    directory = await mkdtemp(join(tmpdir(), 'larder-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    store = join(directory, 'store');
    await larder('--dir', store, 'fetch', reference('metrics', '0.9'));
    registry.clearRequests();
    const workspace = join(directory, 'shop');
    await mkdir(workspace);
    await writeFile(join(workspace, 'deployment.yaml'), manifest(registry.host));
    const settings = { 'larder.store.path': store };
    const editor = cleanup.adopt(await openEditor({ workspace, settings }), (it) => it.close());
    window = await editor.openWindow();
  });
  after(() => cleanup.disposeAsync());

  const reference = (name: string, tag: string): string => `docker://${registry.host}/shop/${name}:${tag}`;
  /** Method, repository and kind of each request since the last look. */
  const takeRequests = (): string[] => {
    const lines = registry.requestLines.map((line) => line.replace(/(manifests|blobs).*/, '$1'));
    registry.clearRequests();
    return lines.toSorted();
  };
  /** The read-only document in front: the lines of its head, and the manifest below them. */
  const document = async (): Promise<{ head: string; manifest: string }> => {
    const lines = (await window.copyAll()).split('\n');
    const of = (isHead: boolean): string =>
      lines.filter((line) => line.startsWith('// ') === isHead).join('\n');
    return { head: of(true), manifest: of(false) };
  };

  it('is offered above the pod, and asks the registry for nothing before', async () => {
    await window.openFile('deployment.yaml');
    await window.waitForLens('3 images: 1 in store, 2 missing');
    assert.deepEqual(takeRequests(), []);
  });

  it('shows how far it is: asks, fetches, renders', async () => {
    registry.misbehave('', DRIP);
    const notified = await window.recordNotifications();
    await window.clickLens('Prepare');
    await window.notification(/shop: [1-9].* of /);
    await window.screenshot(PICTURES, 'prepare-progress');
    await window.waitForTab(DOCUMENT);
    await window.waitForNoNotification();
    registry.behave();
    const said = await notified();
    for (const words of ['asking the registry', BYTES, 'rendering the tree']) {
      const pattern = new RegExp(
        `^Preparing Deployment shop: ${typeof words === 'string' ? words : words.source}$`,
      );
      assert.ok(
        said.some((text) => pattern.test(text)),
        `${pattern.source} was not said: ${said.join('; ')}`,
      );
    }
  });

  it('has fetched what was missing, but for the image that is never to be pulled', () => {
    const fetched = (name: string): string[] => [
      ...Array<string>(3).fill(`GET /v2/shop/${name}/blobs`),
      `GET /v2/shop/${name}/manifests`,
    ];
    assert.deepEqual(takeRequests(), [...fetched('proxy'), ...fetched('web')]);
  });

  it('shows the reified manifest with the ID of every image, under its UUID and path', async () => {
    await window.waitForRow('Prepared pod');
    await window.screenshot(PICTURES, 'prepared');
    const { head, manifest: text } = await document();
    const [, uuid = '', path = ''] = /^\/\/ Prepared pod (.+)\n\/\/ in (.+)$/m.exec(head) ?? [];
    assert.match(uuid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(path, join(store, 'pods/prepared', uuid));
    assert.equal(await readFile(join(path, 'pod'), 'utf8'), text);
    const { apps } = JSON.parse(text) as Reified;
    assert.deepEqual(
      apps.map(({ name, image }) => [name, image.id]),
      await Promise.all(IMAGES.map(async ([name, tag]) => [name, await imageId(reference(name, tag))])),
    );
  });

  it('shows what actool takes for a PodManifest', async () => {
    const file = join(directory, 'pod.json');
    await writeFile(file, (await document()).manifest);
    await run('actool', 'validate', file);
  });

  it('shows it to be read, not to be written', async () => {
    const before = await document();
    await window.page.keyboard.type('x');
    await window.notice('Cannot edit in read-only editor');
    assert.deepEqual(await document(), before);
  });

  it('says at its place what has no counterpart in appc', async () => {
    await window.openFile('deployment.yaml');
    await window.waitForLens('3 images: 3 in store');
    const hover = await window.hover('livenessProbe', 'livenessProbe', 'larder');
    assert.match(hover, /The prepared pod is without .*livenessProbe, because appc has no health checks/);
    await window.screenshot(PICTURES, 'not-mapped');
    await window.pointAway();
  });

  it('asks, once everything is there, only about the image that is always to be pulled', async () => {
    await window.clickLens('Prepare');
    await window.waitForTab(DOCUMENT);
    await window.waitForNoNotification();
    assert.deepEqual(takeRequests(), ['HEAD /v2/shop/web/manifests']);
  });

  it('says in one sentence what stands in its way', async () => {
    await larder('--dir', store, 'image', 'rm', '--force', reference('metrics', '0.9'));
    await window.openFile('deployment.yaml');
    await window.waitForLens('3 images: 2 in store, 1 missing');
    await window.clickLens('Prepare');
    const failure = await window.notification('is not in the store');
    assert.ok(failure.startsWith(reference('metrics', '0.9')), failure);
  });

  /** What the store has for a reference. */
  async function imageId(image: string): Promise<string | undefined> {
    const json = await larder('--dir', store, 'explain', '--json', image);
    return (JSON.parse(json) as { store: { imageId: string } | null }[])[0]?.store?.imageId;
  }
});
