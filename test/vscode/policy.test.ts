import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startRegistry } from '../helpers/registry.ts';
import type { Registry } from '../helpers/registry.ts';
import { shopImage } from '../helpers/shop.ts';
import { startLarder } from '../real/larder.ts';
import { openEditor, PICTURES } from './editor.ts';
import type { EditorWindow } from './window.ts';

const policy = (host: string): string => `{
  "default": [{ "type": "reject" }],
  "transports": {
    "docker": {
      "${host}": [{ "type": "insecureAcceptAnything" }],
      "${host}/shop/web": [
        { "type": "signdBy" }
      ],
      "nginx": [{ "type": "insecureAcceptAnything" }]
    }
  }
}
`;

describe('an image policy in a real VS Code', () => {
  const cleanup = new AsyncDisposableStack();
  let registry: Registry;
  let window: EditorWindow;

  before(async () => {
    registry = cleanup.adopt(await startRegistry(), (it) => it.close());
    const directory = await mkdtemp(join(tmpdir(), 'larder-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    const store = join(directory, 'store');
    for (const image of ['shop/web', 'shop/migrate']) {
      registry.push(image, '1.4', await shopImage(image, '1.4'));
      const reference = `docker://${registry.host}/${image}:1.4`;
      const { code, stderr } = await startLarder('--dir', store, 'fetch', reference).finished;
      assert.equal(code, 0, stderr);
    }
    const workspace = join(directory, 'containers');
    await mkdir(workspace);
    await writeFile(join(workspace, 'policy.json'), policy(registry.host));
    const settings = { 'larder.store.path': store };
    const editor = cleanup.adopt(await openEditor({ workspace, settings }), (it) => it.close());
    window = await editor.openWindow();
  });
  after(() => cleanup.disposeAsync());

  it('has its mistakes underlined, and explained', async () => {
    await window.openFile('policy.json');
    await window.waitForSquiggle('error');
    const mistake = await window.hover('signdBy', 'signdBy', 'larder');
    assert.match(mistake, /"signdBy".*"signedBy"/);
    await window.pointAway();
    await window.waitForSquiggle('warning');
    assert.match(
      await window.hover('nginx', 'nginx', 'larder'),
      /No image falls under .*"docker\.io\/library\/nginx"/,
    );
    await window.pointAway();
  });

  it('says of a scope which images it is about', async () => {
    const hover = await window.hover(`${registry.host}"`, registry.host, 'All images of the registry');
    assert.ok(hover.includes('2 images in the store fall under it.'), hover);
    assert.ok(hover.includes(`This scope decides for ${registry.host}/shop/migrate:1.4.`), hover);
    assert.ok(hover.includes(`${registry.host}/shop/web decides for ${registry.host}/shop/web:1.4.`), hover);
    await window.screenshot(PICTURES, 'policy');
    await window.pointAway();
  });

  it('has the types that there are for completion', async () => {
    await window.deleteWord('signdBy', 'signdBy');
    // After them comes what VS Code itself has found in the file.
    assert.deepEqual((await window.suggestions()).slice(0, 5), [
      ...['insecureAcceptAnything', 'reject', 'signedBaseLayer', 'signedBy', 'sigstoreSigned'],
    ]);
    await window.takeSuggestion('signedBy');
    await window.waitForRow('{ "type": "signedBy" }');
    assert.match(await window.hover('"signedBy"', '{', 'larder'), /must have "keyType"/);
  });
});
