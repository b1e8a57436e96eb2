import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WorkspaceEdit } from 'vscode-languageserver';
import type { CommandContext } from '../../server/src/commands/command-context.ts';
import type { EditWords, ManifestFile, Manifests } from '../../server/src/commands/manifests.ts';
import { parsePinArguments, pinImages } from '../../server/src/commands/pin.ts';
import type { StoreState } from '../../server/src/domain/store-view.ts';
import type { PinArguments } from '../../server/src/protocol.ts';
import { contextOf, open, podOf } from '../helpers/editor.ts';
import { DIGEST, dockerRecord } from '../helpers/records.ts';
import { UNREADABLE, storeOf } from '../helpers/store-view.ts';
import { commandContext } from './fixture.ts';

const STORE = storeOf({ 'docker://registry.example/web:1': dockerRecord() });
const URI = 'file:///pod.yaml';
const OTHER = `sha256:${'0'.repeat(64)}`;
const WEB = podOf('image: registry.example/web:1');

interface Given {
  readonly texts?: readonly string[];
  readonly store?: StoreState;
  readonly appliesEdits?: boolean;
  readonly changeAnnotations?: boolean;
  readonly accepts?: boolean;
  /** What the person takes who is asked. */
  readonly choice?: string | undefined;
}

/** Runs the command over documents, of which the first is open. */
async function pin(argument: PinArguments, given: Given = {}) {
  const {
    texts = [WEB],
    store = STORE,
    appliesEdits = true,
    changeAnnotations = true,
    accepts = true,
  } = given;
  const files = texts.map((text, index): ManifestFile => ({
    snapshot: open(text).snapshot,
    version: index === 0 ? 1 : null,
  }));
  const made: { edit: WorkspaceEdit; words: EditWords }[] = [];
  const { context, seen } = commandContext({});
  const manifests: Manifests = {
    ...context.manifests,
    context: () => contextOf({ store, client: { documentChanges: true, appliesEdits, changeAnnotations } }),
    open: (uri) => (uri === URI ? files[0] : undefined),
    async *workspace() {
      yield* await Promise.resolve(files);
    },
    apply: (edit, words) => {
      made.push({ edit, words });
      return Promise.resolve(accepts);
    },
  };
  const asked: (readonly [question: string, choices: readonly string[]])[] = [];
  const ask: CommandContext['ask'] = (question, choices) => {
    asked.push([question, choices]);
    return Promise.resolve(given.choice);
  };
  const result = await pinImages(argument, { ...context, manifests, ask });
  return { result, made, asked, ...seen };
}

const FILE = { scope: 'file', uri: URI, what: 'pin' } as const;
const WORKSPACE = { scope: 'workspace', what: 'pin' } as const;

describe('larder.pin', () => {
  it('pins the images of an open file at once', async () => {
    const { result, made, asked, shown, progress } = await pin(FILE);
    assert.deepEqual(asked, []);
    assert.deepEqual(result, { applied: true, images: 1, files: 1, unknown: 0 });
    const end = { line: 7, character: 35 };
    assert.deepEqual(made, [
      {
        edit: {
          documentChanges: [
            {
              textDocument: { uri: URI, version: 1 },
              edits: [{ range: { start: end, end }, newText: `@${DIGEST}` }],
            },
          ],
        },
        words: { label: 'Pin images to the digests in the store', isRefactoring: false },
      },
    ]);
    assert.deepEqual(shown, []);
    assert.deepEqual(progress, ['begin Pinning images', '1 manifest', 'done']);
  });

  it('pins those of the workspace after a yes, and says what is left', async () => {
    const texts = [WEB, podOf('image: nginx'), podOf('image: registry.example/web:1', 'image: redis')];
    const { result, made, asked, shown } = await pin(WORKSPACE, { texts, choice: 'Pin' });
    assert.deepEqual(asked, [
      ['Pin 2 images in 2 files to the digests in the store?', ['Pin', 'Choose Which…']],
    ]);
    assert.deepEqual(result, { applied: true, images: 2, files: 2, unknown: 2 });
    const [{ edit, words } = { edit: undefined, words: undefined }] = made;
    assert.equal(edit?.changeAnnotations, undefined);
    assert.equal(words?.isRefactoring, true);
    assert.deepEqual(shown, [
      [
        'info',
        '2 images are not pinned, because the store has no digest of a registry for them; fetch first.',
      ],
    ]);
  });

  it('has a person choose which, who wants to', async () => {
    const { made } = await pin(WORKSPACE, { choice: 'Choose Which…' });
    assert.deepEqual(Object.values(made[0]?.edit.changeAnnotations ?? {}), [
      { label: 'Pin images to the digests in the store', needsConfirmation: true },
    ]);
  });

  it('does nothing without a yes', async () => {
    const { result, made, shown } = await pin(WORKSPACE);
    assert.deepEqual(result, { applied: false, images: 1, files: 1, unknown: 0 });
    assert.deepEqual([made, shown], [[], []]);
  });

  it('asks in the words of what it does', async () => {
    const texts = [podOf(`image: registry.example/web:1@${OTHER}`)];
    for (const [what, question] of [
      ['unpin', 'Unpin 1 image in 1 file?'],
      ['update', 'Update the pins of 1 image in 1 file?'],
    ] as const) {
      const { asked } = await pin({ ...WORKSPACE, what }, { texts });
      assert.equal(asked[0]?.[0], question);
    }
  });

  it('asks nobody in an editor that could not show the edits', async () => {
    const { result, asked } = await pin(WORKSPACE, { changeAnnotations: false });
    assert.deepEqual([result.applied, asked], [true, []]);
  });

  it('tells when the edit was not made', async () => {
    const texts = [WEB, podOf('image: nginx')];
    const { result, shown } = await pin(WORKSPACE, { texts, accepts: false, choice: 'Pin' });
    assert.deepEqual(result, { applied: false, images: 1, files: 1, unknown: 1 });
    assert.deepEqual(shown, []);
  });

  it('asks for no edit when there is none to make, and says why', async () => {
    const cases: readonly (readonly [PinArguments, string, RegExp])[] = [
      [
        FILE,
        podOf('image: nginx'),
        /^1 image is not pinned, because the store has no digest of a registry for it; fetch first\.$/,
      ],
      [FILE, podOf(`image: nginx:1@${DIGEST}`), /^There is no image to pin/],
      [{ ...FILE, what: 'unpin' }, WEB, /^There is no pin/],
      [
        { ...WORKSPACE, what: 'update' },
        podOf(`image: registry.example/web:1@${DIGEST}`),
        /^No pin is to be updated/,
      ],
    ];
    for (const [argument, text, words] of cases) {
      const { result, made, shown } = await pin(argument, { texts: [text] });
      assert.equal(result.applied, false);
      assert.deepEqual(made, []);
      assert.match(shown.join(), new RegExp(words.source.replace('^', '^info,')));
    }
  });

  it('needs the store, except to unpin', async () => {
    const texts = [podOf(`image: registry.example/web:1@${DIGEST}`)];
    for (const what of ['pin', 'update'] as const)
      await assert.rejects(pin({ ...FILE, what }, { texts, store: UNREADABLE }), { code: 'E_STORE_IO' });
    const { result } = await pin({ ...FILE, what: 'unpin' }, { texts, store: UNREADABLE });
    assert.equal(result.images, 1);
  });

  it('needs an open document, and an editor that makes edits', async () => {
    await assert.rejects(pin({ ...FILE, uri: 'file:///other.yaml' }), {
      code: 'E_USAGE',
      message: /"file:\/\/\/other\.yaml" is not open/,
    });
    await assert.rejects(pin(FILE, { appliesEdits: false }), { code: 'E_USAGE' });
  });
});

describe('parsePinArguments', () => {
  it('takes what it documents, and nothing else', () => {
    for (const argument of [FILE, WORKSPACE, { ...WORKSPACE, what: 'unpin' }])
      assert.deepEqual(parsePinArguments({ ...argument, other: 1 }), argument);
    for (const argument of [
      undefined,
      'file',
      {},
      { scope: 'file', what: 'pin' },
      { ...FILE, uri: 7 },
      { ...FILE, uri: 'x'.repeat(5000) },
      { ...FILE, scope: 'world' },
      { ...FILE, what: 'all' },
      { ...WORKSPACE, uri: null },
    ])
      assert.throws(() => parsePinArguments(argument), { code: 'E_USAGE' });
  });
});
