import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { PLAIN } from '../helpers/vscode-capabilities.ts';
import { POD_URI, podOf, workbench } from './fixture.ts';

describe('a client that cannot pull diagnostics', () => {
  it('is pushed them on opening and on editing, and none for what is closed', async () => {
    await using bench = await workbench({ capabilities: PLAIN });
    const { received } = bench.client;
    const pushedCodes = () => received.pushed.get(POD_URI)?.map(({ code }) => code);
    const untilCodes = (...codes: string[]) =>
      received.until(`diagnostics ${codes.join()}`, () => isDeepStrictEqual(pushedCodes(), codes));
    await bench.client.open(POD_URI, podOf('Nginx'));
    await untilCodes('invalid-reference');
    await bench.client.change(POD_URI, { text: podOf('nginx always') });
    await untilCodes('unknown-pull-policy');
    await bench.client.closeDocument(POD_URI);
    await untilCodes();
  });

  it('is pushed them again when settings change that it sends by itself', async () => {
    await using bench = await workbench({ capabilities: PLAIN });
    const { received } = bench.client;
    await bench.client.open(POD_URI, podOf('Nginx'));
    await received.until('a diagnostic', () => received.pushed.get(POD_URI)?.length === 1);
    await bench.client.changeSettings({ diagnostics: { severity: { 'invalid-reference': 'off' } } });
    await received.until('no diagnostic', () => received.pushed.get(POD_URI)?.length === 0);
  });

  it('is not asked to refresh what it does not know', async () => {
    await using bench = await workbench({ capabilities: PLAIN });
    await bench.client.changeSettings({ codeLens: false });
    await bench.client.open(POD_URI, podOf('nginx'));
    const { received } = bench.client;
    await received.until('diagnostics', () => received.pushed.has(POD_URI));
    assert.deepEqual(received.refreshes, { diagnostics: 0, inlayHints: 0, codeLenses: 0 });
  });
});
