import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { LarderError } from '../../server/src/domain/errors.ts';
import { withDirectory } from '../engine/store/fixture.ts';
import { buildImage } from '../helpers/images.ts';
import type { TestImage } from '../helpers/images.ts';
import { Registry } from '../helpers/registry.ts';
import { larder } from './fake-terminal.ts';

const imageWith = (content: string): Promise<TestImage> =>
  buildImage({ layers: [{ files: [{ name: 'etc/motd', content }] }], config: { Cmd: ['/bin/app'] } });

/** What `fetch --json` prints of one image. */
interface Result {
  readonly image: string;
  readonly kind: string | null;
  readonly imageId: string | null;
  readonly outcome: string;
  readonly error?: { readonly code: string; readonly message: string };
}

describe('larder fetch', () => {
  const registry = new Registry();
  let [one, two] = ['', ''];

  before(async () => {
    await registry.listen();
    [one, two] = [`docker://${registry.host}/team/one:1`, `docker://${registry.host}/team/two:1`];
  });
  beforeEach(async () => {
    registry.behave();
    registry.push('team/one', '1', await imageWith('one'));
    registry.push('team/two', '1', await imageWith('two'));
    registry.clearRequests();
  });
  after(() => registry.close());

  const json = async (store: string, ...args: string[]): Promise<Result[]> =>
    JSON.parse((await larder(['fetch', '--json', '--dir', store, ...args])).stdout) as Result[];

  it('prints one full image ID a line, in the order asked', () =>
    withDirectory(async (store) => {
      const { code, stdout, stderr } = await larder(['fetch', '--dir', store, two, one]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^sha512-[0-9a-f]{128}\nsha512-[0-9a-f]{128}\n$/);
      const [first, second] = await json(store, one, two);
      assert.deepEqual(stdout.trimEnd().split('\n'), [second?.imageId, first?.imageId]);
      assert.match(stderr, /team\/one:1: fetched\n/);
    }));

  it('asks nothing for what the store has, and one HEAD with --force-fetch', () =>
    withDirectory(async (store) => {
      await larder(['fetch', '--dir', store, one]);
      registry.clearRequests();
      assert.deepEqual(
        (await json(store, one)).map(({ outcome }) => outcome),
        ['store'],
      );
      assert.deepEqual(registry.requestLines, []);
      assert.deepEqual(
        (await json(store, one, '--force-fetch')).map(({ outcome }) => outcome),
        ['revalidated'],
      );
      assert.deepEqual(
        registry.requests.map(({ method }) => method),
        ['HEAD'],
      );
    }));

  it('gives an image the flags that come after it', () =>
    withDirectory(async (store) => {
      await larder(['fetch', '--dir', store, one, two]);
      registry.move('team/one', '1', await imageWith('one more'));
      registry.move('team/two', '1', await imageWith('two more'));
      const outcomes = (await json(store, one, '--force-fetch', two)).map(({ outcome }) => outcome);
      assert.deepEqual(outcomes, ['fetched', 'store']);
    }));

  it('gets each image on its own', () =>
    withDirectory(async (store) => {
      const missing = `docker://${registry.host}/team/none:1`;
      const args = ['fetch', '--dir', store, missing, 'Not An Image', one];
      const { code, stdout, stderr } = await larder(args);
      assert.equal(code, 1);
      assert.match(stdout, /^sha512-[0-9a-f]{128}\n$/);
      assert.match(stderr, /^error: .*team\/none:1.* \[E_NOT_FOUND\]$/m);
      assert.match(stderr, /^error: "Not An Image" .* \[E_REF\]$/m);
      assert.doesNotMatch(stderr, /^\s+at /m);

      const results = await json(store, ...args.slice(3));
      assert.deepEqual(
        results.map(({ kind, outcome, error }) => [kind, outcome, error?.code]),
        [
          ['docker', 'failed', 'E_NOT_FOUND'],
          [null, 'failed', 'E_REF'],
          ['docker', 'store', undefined],
        ],
      );
      assert.deepEqual(
        results.map(({ image }) => image),
        args.slice(3),
      );
    }));

  it('says how a bare docker reference is written, which is an appc name', () =>
    withDirectory(async (store) => {
      const { code, stdout, stderr } = await larder(['fetch', '--json', '--dir', store, 'nginx:1.27']);
      assert.equal(code, 1);
      const [result] = JSON.parse(stdout) as { kind: string; error: { message: string } }[];
      assert.equal(result?.kind, 'name');
      assert.match(result.error.message, /; an image of a registry is written docker:\/\/nginx:1\.27\.$/);
      assert(stderr.includes(result.error.message));
    }));

  it('ends with 130 when it is cancelled, and resumes later', () =>
    withDirectory(async (store) => {
      const { layers } = await imageWith('one');
      registry.misbehave(layers[0]?.digest ?? '', { kind: 'hang' });
      const cancel = new AbortController();
      const cancellable = <T>(body: (signal: AbortSignal) => Promise<T>): Promise<T> => body(cancel.signal);
      const running = larder(['fetch', '--dir', store, one, two], { cancellable });
      await Promise.race([registry.asked('/blobs/'), running]);
      cancel.abort(new LarderError('E_CANCELLED', 'The command was cancelled.'));
      const { code, stderr } = await running;
      assert.equal(code, 130);
      assert.equal(stderr.match(/\[E_CANCELLED\]/g)?.length, 1);
      registry.behave();
      assert.equal((await larder(['fetch', '--dir', store, one, two])).code, 0);
    }));
});
