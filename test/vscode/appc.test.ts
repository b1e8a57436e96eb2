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
import { openEditor, PICTURES } from './editor.ts';
import type { EditorWindow } from './window.ts';

/** Long enough to look at what is fresh, short enough to see it go stale. Seconds. */
const MAX_AGE = 30;

const manifest = (image: string): string => `{
  "acKind": "PodManifest",
  "acVersion": "0.8.11",
  "apps": [
    {
      "name": "web",
      "image": {
        "name": "${image}"
      }
    }
  ]
}
`;

describe('an image that is discovered by its name, in a real VS Code', () => {
  const cleanup = new AsyncDisposableStack();
  let publisher: Publisher;
  let image: string;
  let fingerprint: string;
  let window: EditorWindow;

  before(async () => {
    const key = await makeKey('Carly', {
      userIDs: [{ name: 'Carly Container', email: 'carly@registry.example' }],
    });
    ({ fingerprint } = key);
    publisher = cleanup.adopt(await startPublisher(key), (it) => it.close());
    image = publisher.name('shop/web');
    const dependency = publisher.name('shop/base');
    const web = buildAci({ name: image, dependencies: [{ imageName: dependency }] });
    await publisher.publish('shop/web', web, { 'cache-control': `max-age=${MAX_AGE}`, etag: '"web-1"' });
    await publisher.publish('shop/base', buildAci({ name: dependency }));

    const directory = await mkdtemp(join(tmpdir(), 'larder-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    const workspace = join(directory, 'shop');
    await mkdir(workspace);
    await writeFile(join(workspace, 'pod.json'), manifest(image));
    const authority = join(directory, 'ca.pem');
    await writeFile(authority, CERTIFICATE);
    const options = {
      workspace,
      settings: { 'http.proxy': publisher.proxyUrl, 'larder.platform': 'linux/amd64' },
      env: { NODE_EXTRA_CA_CERTS: authority },
    };
    const editor = cleanup.adopt(await openEditor(options), (it) => it.close());
    window = await editor.openWindow();
  });
  after(() => cleanup.disposeAsync());

  it('is not in the store, and nobody has been asked for it', async () => {
    await window.openFile('pod.json');
    await window.waitForRow(image, 'not in store');
    assert.deepEqual(publisher.origin.lines, []);
  });

  it('is not fetched while the key that signed it is not trusted', async () => {
    await window.clickLens('Fetch missing');
    const failure = await window.notification('is not trusted for');
    assert.ok(failure.includes(fingerprint), failure);
    await window.waitForRow(image, 'not in store');
  });

  it('has a key that a person looks at in a dialog, and trusts', async () => {
    await window.pressInNotification('is not trusted for', 'Trust a Key…');
    // What the publisher signs: the image, and what it depends on.
    await window.answerBox(publisher.name('shop'));
    await window.choose('Discover');
    const dialog = await window.dialog('Trust this key for');
    assert.ok(dialog.includes(`${publisher.name('shop')} and ${publisher.name('shop')}/…`), dialog);
    assert.ok(dialog.includes('Carly Container <carly@registry.example>'), dialog);
    assert.ok(dialog.replaceAll(' ', '').includes(fingerprint.toUpperCase()), dialog);
    await window.waitForNoNotification();
    await window.screenshot(PICTURES, 'trust');
    await window.pressInDialog('Trust Key');
  });

  it('is fetched then with its dependency, and is fresh', async () => {
    publisher.origin.takeLines();
    await window.pressInNotification('is trusted for', 'Fetch');
    await window.waitForRow(image, 'in store, checked just now, still fresh');
    await window.waitForLens('1 image: 1 in store');
    await window.waitForNoNotification('Fetching');
    const asked = publisher.origin.takeLines();
    for (const path of ['shop/web', 'shop/base'].map((path) => publisher.name(path))) {
      assert.ok(
        asked.some((line) => line.includes(`${path}-linux-amd64.aci.asc → 200`)),
        asked.join('\n'),
      );
    }
  });

  it('tells who signed it', async () => {
    const hover = await window.hover(image, image, 'Signed by');
    assert.match(hover, /Signed by Carly Container <carly@registry\.example>/);
    assert.ok(hover.includes(fingerprint.slice(-16)), hover);
    assert.match(hover, /fresh, for another/);
    await window.screenshot(PICTURES, 'signed');
    await window.pointAway();
  });

  it('goes stale when its time has passed, without a touch of the file or a look at the network', async () => {
    await window.waitForRow(image, 'in store, went stale just now');
    assert.deepEqual(publisher.origin.takeLines(), []);
  });
});
