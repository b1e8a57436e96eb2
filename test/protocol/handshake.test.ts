import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { PLAIN } from '../helpers/vscode-capabilities.ts';
import { workbench } from './fixture.ts';

describe('the life of the server', () => {
  it('says what it can do', async () => {
    await using bench = await workbench();
    const { capabilities } = bench.client.initialized;
    assert.deepEqual(capabilities.textDocumentSync, { openClose: true, change: 2 });
    assert.deepEqual(capabilities.diagnosticProvider, {
      identifier: 'larder',
      interFileDependencies: false,
      workspaceDiagnostics: false,
    });
    assert.equal(capabilities.hoverProvider, true);
    assert.deepEqual(capabilities.executeCommandProvider?.commands, [
      'larder.fetch',
      'larder.refresh',
      'larder.prepare',
      'larder.remove',
      'larder.gc',
      'larder.inspectKeys',
      'larder.trust',
      'larder.signIn',
      'larder.pin',
    ]);
  });

  it('offers no pull diagnostics to who cannot pull', async () => {
    await using bench = await workbench({ capabilities: PLAIN });
    assert.equal(bench.client.initialized.capabilities.diagnosticProvider, undefined);
  });

  it('ends with code 0 when it is told to', async () => {
    await using bench = await workbench();
    assert.equal(await bench.client.close(), 0);
  });

  it('ends when its client goes away without a word', async () => {
    await using bench = await workbench();
    const { server } = bench.client;
    server.stdin.end();
    if (server.exitCode === null) await once(server, 'exit');
    assert.equal(server.exitCode, 1);
  });

  it('can be shut down before it was told that it is initialized', async () => {
    await using bench = await workbench({ sayInitialized: false });
    assert.equal(await bench.client.close(), 0);
  });

  it('tells its status: the store, and how many images it has', async () => {
    await using bench = await workbench();
    const { received } = bench.client;
    const status = await received.until('a status', () => received.statuses.at(-1));
    const idle = { storePath: bench.store, imageCount: 0, busy: [], lastError: null, limits: [] };
    assert.deepEqual(status, idle);
  });

  it('lives on with a store that cannot be, and says why', async () => {
    await using bench = await workbench({ settings: { store: { path: 'relative/path' } } });
    const { received } = bench.client;
    const status = await received.until('a status', () => received.statuses.at(-1));
    assert.equal(status.imageCount, null);
    assert.match(status.lastError ?? '', /larder\.store\.path is relative\/path.*not an absolute path/);
  });
});
