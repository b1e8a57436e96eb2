import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { ImagesView } from '../../server/src/protocol.ts';
import { inStore, named, stored, viewOf } from './images.ts';
import { seen } from './vscode-stub.ts';

const { ImagesTree } = await import('../../client/src/images-view.ts');

describe('the tree of images', () => {
  let asked: unknown[];
  let answer: ImagesView | Error;
  let fired: number;
  let tree: InstanceType<typeof ImagesTree>;

  beforeEach(() => {
    [asked, answer, fired] = [[], viewOf({ workspace: [named()] }), 0];
    seen.executed.splice(0);
    tree = new ImagesTree({
      sendRequest<R>(method: string, params: unknown): Promise<R> {
        asked.push([method, params]);
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as R);
      },
    });
    tree.onDidChangeTreeData(() => fired++);
  });
  afterEach(() => tree.dispose());

  /** `label: description`, with the rows below a row after it. */
  const rows = async (): Promise<string[]> => {
    const words: string[] = [];
    for (const root of await tree.getChildren())
      for (const node of [root, ...(await tree.getChildren(root))]) {
        const { label, description } = tree.getTreeItem(node);
        words.push(`${label as string}: ${description as string}`);
      }
    return words;
  };

  it('has this workspace and the store, each state in words', async () => {
    answer = viewOf({ workspace: [named(), inStore], store: [stored] });
    assert.deepEqual(await rows(), [
      'This workspace: 2 images, 1 missing',
      'web:1: not in store · registry.example',
      'web:1: in store, checked just now · registry.example',
      'Store: 1 image',
      'web:1: 1.0 kB, imported just now, used by 1 manifest · registry.example',
    ]);
  });

  it('says that there are no images, and leaves a view without any to its welcome', async () => {
    assert.deepEqual((await rows()).at(-1), 'Store: is empty');
    answer = viewOf({ store: [stored] });
    tree.changed();
    assert.deepEqual((await rows())[0], 'This workspace: names no images yet');
    answer = viewOf();
    tree.changed();
    assert.deepEqual(await rows(), []);
    assert.deepEqual(seen.executed.at(-1), ['setContext', 'larder.imagesKnown', true]);
  });

  it('says why the store is not known', async () => {
    answer = viewOf({ failure: 'The index cannot be read.' });
    assert.deepEqual((await rows())[1], 'Store: cannot be read');
    assert.equal(seen.view?.message, 'The index cannot be read.');
  });

  it('says that nobody answers, and does not claim that there is nothing', async () => {
    seen.view?.turn(true);
    tree.serverStarted();
    await setImmediate();
    assert.equal(fired, 0, 'the answer is on its way');
    answer = new Error('stopped');
    assert.deepEqual(await rows(), []);
    assert.equal(seen.view?.message, 'The language server is not running.');
    assert.deepEqual(seen.executed, [['setContext', 'larder.imagesKnown', false]]);
    answer = viewOf({ workspace: [named()] });
    tree.serverStarted();
    await setImmediate();
    assert.equal(fired, 1);
    await rows();
    assert.equal(seen.view.message, '');
    tree.serverStarted();
    await setImmediate();
    assert.equal(fired, 1);
    answer = new Error('stopped');
    tree.changed();
    await setImmediate();
    assert.equal(fired, 2);
  });

  it('asks for nothing before it is looked at, and follows while it is', async () => {
    tree.changed();
    tree.changed();
    assert.deepEqual([asked.length, fired], [0, 0]);
    seen.view?.turn(true);
    await setImmediate();
    assert.equal(fired, 1);
    await tree.getChildren();
    answer = viewOf({ workspace: [inStore] });
    tree.changed();
    await setImmediate();
    assert.equal(fired, 2);
    await tree.getChildren();
    seen.view?.turn(false);
    seen.view?.turn(true);
    await setImmediate();
    assert.deepEqual([asked.length, fired], [2, 2], 'nothing has changed meanwhile');
  });

  it('is drawn anew only once it is known how, so that its rows can be pressed until then', async () => {
    seen.view?.turn(true);
    await tree.getChildren();
    answer = viewOf({ workspace: [inStore] });
    tree.changed();
    assert.deepEqual([asked.length, fired], [2, 0]);
    await setImmediate();
    assert.equal(fired, 1);
    assert.equal((await rows())[1], 'web:1: in store, checked just now · registry.example');
    assert.equal(asked.length, 2, 'what is known is not asked again');
  });

  it('is not drawn anew where it reads as before', async () => {
    seen.view?.turn(true);
    await tree.getChildren();
    answer = viewOf({ workspace: [named()] });
    tree.changed();
    await setImmediate();
    assert.deepEqual([asked.length, fired], [2, 0]);
  });

  it('is what was answered last, though it was asked for twice', async () => {
    seen.view?.turn(true);
    await tree.getChildren();
    answer = viewOf();
    tree.changed();
    answer = viewOf({ workspace: [inStore] });
    tree.changed();
    await setImmediate();
    assert.equal(fired, 1);
    assert.equal((await rows())[0], 'This workspace: 1 image');
  });

  it('has files looked through anew once, when it is told to', async () => {
    seen.view?.turn(true);
    await tree.getChildren();
    tree.refresh();
    tree.changed();
    assert.deepEqual(
      asked.map((each) => (each as [string, object])[1]),
      [{ reread: false }, { reread: true }, { reread: false }],
    );
  });

  it('offers for each row what can be done with it, and tells a screen reader all of it', async () => {
    const invalid = named({ state: 'invalid', words: 'not a valid image', canonical: null });
    answer = viewOf({ workspace: [named(), inStore, invalid], store: [stored] });
    const nodes = (await tree.getChildren()).map((root) => tree.getChildren(root));
    const items = (await Promise.all(nodes)).flat().map((node) => tree.getTreeItem(node));
    assert.deepEqual(
      items.map(({ contextValue }) => contextValue),
      [
        'named fetchable missing revealable',
        'named fetchable inStore revealable',
        'named revealable',
        'stored inStore revealable',
      ],
    );
    const [missing] = items;
    assert.equal(missing?.accessibilityInformation?.label, 'registry.example/web:1, not in store');
    assert.equal(missing.command?.command, 'larder.revealImage');
    // Of a MarkdownString, only its text: it is not trusted, so no command can run from it.
    assert.deepEqual((missing.tooltip as unknown as { values: unknown }).values, ['about `web:1`']);
  });
});
