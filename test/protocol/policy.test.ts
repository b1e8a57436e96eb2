import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FIRST_IMAGE, POD_URI, podOf, workbench } from './fixture.ts';

const URI = 'file:///etc/containers/policy.json';
const TEXT = `{
  "default": [{ "type": "reject" }],
  "transports": {
    "docker": {
      "nginx": [{ "type": "signedBy" }]
    }
  }
}
`;
const NGINX = { line: 4, character: 8 };
const IN_REQUIREMENT = { line: 4, character: 36 };

const codes = (diagnostics: readonly { code?: unknown }[]) => diagnostics.map(({ code }) => code);

describe('an image policy', () => {
  it('has diagnostics and hovers', async () => {
    await using bench = await workbench();
    await bench.client.open(URI, TEXT, 'json');
    assert.deepEqual(codes(await bench.client.diagnostics(URI)), [
      ...['policy-scope', 'policy-schema', 'policy-schema'],
    ]);
    assert.match(await bench.client.hover(URI, NGINX), /docker.*library.*nginx/);
    assert.match(await bench.client.hover(URI, { line: 1, character: 26 }), /Accepts no image/);
    await bench.client.change(URI, { text: TEXT.replace('"nginx"', '"docker.io"') });
    assert.match(await bench.client.hover(URI, NGINX), /No image in the store falls under it/);
  });

  it('is completed where its text ends', async () => {
    await using bench = await workbench();
    const { completionProvider } = bench.client.initialized.capabilities;
    assert.deepEqual(completionProvider?.triggerCharacters, ['"']);
    await bench.client.open(URI, TEXT.replace('"signedBy"', '"signedBy", '), 'json');
    const items = await bench.client.completions(URI, { ...IN_REQUIREMENT, character: 38 });
    assert.deepEqual(
      items?.map(({ label }) => label),
      ['keyType', 'keyPath', 'keyPaths', 'keyData', 'signedIdentity'],
    );
    const [keyType] = items;
    assert.deepEqual(keyType?.textEdit, {
      newText: '"keyType": "GPGKeys"',
      range: { start: { line: 4, character: 38 }, end: { line: 4, character: 38 } },
    });
  });

  it('cannot be silenced by a comment, only by a setting', async () => {
    await using bench = await workbench({
      initializationOptions: { client: { openSettings: true } },
    });
    await bench.client.open(URI, TEXT, 'json');
    const actions = await bench.client.codeActions(URI, { start: NGINX, end: NGINX });
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['Configure the severity of policy-scope'],
    );
  });
});

describe('any other document', () => {
  it('has no completions, so that an editor asks others', async () => {
    await using bench = await workbench();
    await bench.client.open(POD_URI, podOf('nginx'));
    assert.equal(await bench.client.completions(POD_URI, FIRST_IMAGE), null);
    await bench.client.open(
      'file:///aws/policy.json',
      '{ "Version": "2012-10-17", "Statement": [] }',
      'json',
    );
    assert.equal(await bench.client.completions('file:///aws/policy.json', { line: 0, character: 2 }), null);
    assert.deepEqual(await bench.client.diagnostics('file:///aws/policy.json'), []);
  });
});
