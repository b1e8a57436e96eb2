/**
 * `npm start`: the main job, end to end, without an editor. A registry on this machine, the example manifests, the bundled
 * language server over stdio: what an editor would show, what one click does, and what happens when a tag moves. Then an image on a
 * web server, whose freshness comes and goes, and one in a registry that wants credentials.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { startLspClient } from '../helpers/lsp-client.ts';
import { startRegistry } from '../helpers/registry.ts';
import { EXAMPLE_HOST, pushShop, shopImage } from '../helpers/shop.ts';
import { Desk } from './desk.ts';
import { showHttpImage } from './http-image.ts';
import { heading, say } from './print.ts';
import { showPrivateRegistry } from './private-registry.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'examples');

await using cleanup = new AsyncDisposableStack();
const directory = await mkdtemp(join(tmpdir(), 'larder-start-'));
cleanup.defer(() => rm(directory, { recursive: true, force: true }));
const registry = cleanup.adopt(await startRegistry(), (it) => it.close());
await pushShop(registry);

const store = join(directory, 'store');
const client = await startLspClient({
  script: join(ROOT, 'dist/server.js'),
  settings: { store: { path: store }, platform: 'linux/amd64' },
});
cleanup.defer(async () => assert.equal(await client.close(), 0, 'the server ends well'));
const desk = new Desk(client, registry);

heading(`The examples, with images from a registry on ${registry.host}`);
for (const name of await readdir(EXAMPLES)) {
  const text = (await readFile(join(EXAMPLES, name), 'utf8')).replaceAll(EXAMPLE_HOST, registry.host);
  await desk.open(name, text, extname(name) === '.json' ? 'json' : 'yaml');
}

heading('What is wrong in mistakes.yaml');
assert.notEqual(await desk.printDiagnostics('mistakes.yaml'), 0);

heading('deployment.yaml, as an editor shows it');
await desk.printAnnotated('deployment.yaml');

heading('The hover over its first image');
await desk.printHover('deployment.yaml', 'shop/web');

heading('One click: fetch the missing images');
assert.deepEqual(registry.requests, [], 'so far nobody has asked the registry anything');
await desk.runAction('deployment.yaml', 'shop/web', /^Fetch the \d+ missing images/);
await desk.printAnnotated('deployment.yaml');

heading('Somebody moves the tag shop/web:1.4');
registry.move('shop/web', '1.4', await shopImage('shop/web', '1.4-fixed'));
say('By default the copy in the store is used, and nobody asks the registry:');
await desk.runAction('deployment.yaml', 'shop/web', /^Fetch "[^"]*"$/);
say('\nWith --force-fetch Larder asks, and downloads only the layer that is new:');
await desk.runAction('deployment.yaml', 'shop/web', /--force-fetch$/);
say('\nAnd once more, now that nothing has moved: one HEAD.');
await desk.runAction('deployment.yaml', 'shop/web', /--force-fetch$/);
assert.deepEqual(registry.requestLines, ['HEAD /v2/shop/web/manifests/1.4 → 200']);

heading('An image on a web server: fresh, stale, revalidated');
await showHttpImage(store);

heading('A private registry');
await showPrivateRegistry(client);

heading('Done');
say('To see it in an editor: npm run vscode');
