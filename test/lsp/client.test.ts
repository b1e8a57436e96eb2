import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientOf } from '../../server/src/lsp/client.ts';
import { PLAIN, VSCODE } from '../helpers/vscode-capabilities.ts';

const params = (capabilities: object, initializationOptions?: unknown) => ({
  processId: null,
  rootUri: null,
  capabilities,
  initializationOptions,
});

const NO_POWERS = {
  commandLinks: false,
  openSettings: false,
  offersTrust: false,
  offersSignIn: false,
  snippets: false,
  appliesEdits: false,
  documentChanges: false,
  changeAnnotations: false,
};

const ALL_EDITS = { snippets: true, appliesEdits: true, documentChanges: true, changeAnnotations: true };

describe('clientOf', () => {
  it('knows VS Code', () => {
    const network = { proxy: 'http://proxy.example:3128', noProxy: [], strictSSL: true, certificates: [] };
    const client = { commandLinks: true, openSettings: true, offersTrust: true, offersSignIn: true };
    const options = { network, client };
    assert.deepEqual(clientOf(params(VSCODE, options)), {
      pullsDiagnostics: true,
      refreshesDiagnostics: true,
      refreshesInlayHints: true,
      refreshesCodeLenses: true,
      answersConfiguration: true,
      registersConfigurationChanges: true,
      showsContent: true,
      watchesFiles: true,
      answersFolders: true,
      folders: [],
      powers: { ...client, ...ALL_EDITS },
      network,
    });
  });

  it('expects nothing of a client that says nothing', () => {
    const { powers, network, folders, ...abilities } = clientOf(params(PLAIN));
    assert.deepEqual(folders, []);
    assert(Object.values(abilities).every((can) => !can));
    assert.deepEqual(powers, NO_POWERS);
    assert.equal(network, null);
  });

  it('takes no option that has not the right form', () => {
    for (const options of [null, 'none', 7, [], { client: 'yes', network: 'direct' }, { client: null }]) {
      const { powers, network } = clientOf(params(VSCODE, options));
      assert.deepEqual([powers, network], [{ ...NO_POWERS, ...ALL_EDITS }, null]);
    }
  });
  it('knows the folders that a client begins with', () => {
    const uris = ['file:///work/root', 'file:///work/other'];
    const foldersOf = (workspaceFolders: { uri: string; name: string }[] | null): readonly string[] =>
      clientOf({ ...params(PLAIN), workspaceFolders }).folders;
    assert.deepEqual(foldersOf(null), []);
    assert.deepEqual(foldersOf(uris.map((uri) => ({ uri, name: 'a folder' }))), uris);
  });
});
