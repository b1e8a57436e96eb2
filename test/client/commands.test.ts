import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { beforeEach, describe, it } from 'node:test';
import type { FetchItem } from '../../server/src/protocol.ts';
import { seen } from './vscode-stub.ts';

const { ClientCommand, registerCommands } = await import('../../client/src/commands.ts');
const { ImagesCommand } = await import('../../client/src/images-command-names.ts');
type CommandClient = Parameters<typeof registerCommands>[0];

const NGINX: FetchItem = { image: 'nginx:1.27', syntax: 'docker', mode: 'remote' };

describe('the commands of the palette', () => {
  let sent: [method: string, params: unknown][];
  let images: FetchItem[];
  let restarts: number;
  let prefixes: string[];
  let signedIn: string[];

  beforeEach(() => {
    [sent, images, restarts, prefixes, signedIn] = [[], [NGINX], 0, [], []];
    seen.information.splice(0);
    seen.executed.splice(0);
    seen.activeTextEditor = { document: { uri: 'file:///pod.yaml' }, selection: { active: 'here' } };
    const client = {
      code2ProtocolConverter: { asUri: (uri: unknown) => uri, asPosition: (position: unknown) => position },
      restart: () => Promise.resolve(restarts++),
      sendRequest(method: string, params: unknown) {
        sent.push([method, params]);
        return Promise.resolve(images);
      },
    } as unknown as CommandClient;
    const trustKey = (prefix: string): Promise<void> => {
      prefixes.push(prefix);
      return Promise.resolve();
    };
    const registries = {
      signIn: () => Promise.resolve(void signedIn.push('sign in')),
      forget: () => Promise.resolve(void signedIn.push('forget')),
    };
    registerCommands(client, { trustKey }, registries, { show: () => undefined }, 'larder.larder');
  });
  const run = async (id: string): Promise<void> => {
    const action = seen.registered.get(id);
    assert(action !== undefined);
    await action();
  };
  it('are those that package.json contributes', async () => {
    const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
    const { contributes } = JSON.parse(text) as { contributes: { commands: { command: string }[] } };
    const contributed = contributes.commands.map(({ command }) => command);
    const own = [...Object.values(ClientCommand), ...Object.values(ImagesCommand)].sort();
    assert.deepEqual(contributed.sort(), own);
    for (const id of Object.values(ClientCommand)) assert(seen.registered.has(id), id);
  });

  it('sign in to registries, and forget credentials', async () => {
    await run(ClientCommand.signIn);
    await run(ClientCommand.forgetCredentials);
    assert.deepEqual(signedIn, ['sign in', 'forget']);
  });

  const atCursor: readonly (readonly [string, FetchItem['mode'], boolean])[] = [
    [ClientCommand.fetchImage, 'default', false],
    [ClientCommand.forceFetchImage, 'remote', false],
    [ClientCommand.fetchImageWithoutCache, 'remote', true],
  ];
  for (const [id, mode, noCache] of atCursor) {
    it(`${id} fetches the image at the cursor`, async () => {
      await run(id);
      assert.deepEqual(sent, [
        ['larder/images', { uri: 'file:///pod.yaml', position: 'here', which: 'all' }],
      ]);
      assert.deepEqual(seen.executed, [['larder.fetch', { images: [{ ...NGINX, mode }], noCache }]]);
    });
  }

  for (const [id, which] of [
    [ClientCommand.fetchMissing, 'missing'],
    [ClientCommand.fetchByPolicy, 'policy'],
  ] as const) {
    it(`${id} fetches as the server says`, async () => {
      await run(id);
      assert.deepEqual(sent, [['larder/images', { uri: 'file:///pod.yaml', which }]]);
      assert.deepEqual(seen.executed, [['larder.fetch', { images: [NGINX] }]]);
    });
  }

  it('larder.checkTags asks for all images of the file', async () => {
    await run(ClientCommand.checkTags);
    assert.deepEqual(seen.executed, [['larder.refresh', { images: [NGINX] }]]);
  });

  it('pin, unpin and update pins, of the file that is open or of the workspace', async () => {
    for (const [id, argument] of [
      [ClientCommand.pinFile, { scope: 'file', uri: 'file:///pod.yaml', what: 'pin' }],
      [ClientCommand.pinWorkspace, { scope: 'workspace', what: 'pin' }],
      [ClientCommand.updatePinsOfFile, { scope: 'file', uri: 'file:///pod.yaml', what: 'update' }],
      [ClientCommand.updatePinsOfWorkspace, { scope: 'workspace', what: 'update' }],
      [ClientCommand.unpinFile, { scope: 'file', uri: 'file:///pod.yaml', what: 'unpin' }],
      [ClientCommand.unpinWorkspace, { scope: 'workspace', what: 'unpin' }],
    ] as const) {
      await run(id);
      assert.deepEqual(seen.executed.splice(0), [['larder.pin', argument]]);
    }
  });

  it('larder.trustKey offers the name of the image at the cursor, where it has one', async () => {
    for (const [image, syntax] of [
      ['example.com/app:1.0,os=linux', 'appc'],
      ['nginx:1.27', 'docker'],
    ] as const) {
      images = [{ image, syntax, mode: 'remote' }];
      await run(ClientCommand.trustKey);
    }
    images = [];
    await run(ClientCommand.trustKey);
    seen.activeTextEditor = undefined;
    await run(ClientCommand.trustKey);
    assert.deepEqual(prefixes, ['example.com/app', '', '', '']);
  });

  it('larder.freeDiskSpace looks first', async () => {
    await run(ClientCommand.freeDiskSpace);
    assert.deepEqual(seen.executed[0], ['larder.gc', { dryRun: true }]);
  });

  it('say so when there is nothing to do', async () => {
    images = [];
    for (const id of [ClientCommand.fetchImage, ClientCommand.fetchMissing, ClientCommand.checkTags])
      await run(id);
    assert.equal(seen.information.length, 3);
    assert(sent.every(([method]) => method === 'larder/images'));
  });

  it('say so when no editor is open', async () => {
    seen.activeTextEditor = undefined;
    await run(ClientCommand.fetchImage);
    await run(ClientCommand.pinFile);
    assert.equal(seen.information.length, 2);
    assert.deepEqual([sent, seen.executed], [[], []]);
  });

  it('restart the server and open the settings', async () => {
    await run(ClientCommand.restartServer);
    assert.equal(restarts, 1);
    await run(ClientCommand.openSettings);
    assert.deepEqual(seen.executed, [['workbench.action.openSettings', '@ext:larder.larder']]);
  });
});
