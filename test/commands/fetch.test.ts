import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fetchImages } from '../../server/src/commands/fetch.ts';
import { LarderError } from '../../server/src/domain/errors.ts';
import type { FetchRequest } from '../../server/src/engine/fetch.ts';
import type { FetchItem } from '../../server/src/protocol.ts';
import { commandContext } from './fixture.ts';

const item = (image: string, mode: FetchItem['mode'] = 'default'): FetchItem => ({
  image,
  syntax: 'docker',
  mode,
});
const FETCHED = { imageId: 'sha512-ab', outcome: 'fetched' } as const;

describe('larder.fetch', () => {
  it('asks for each image in its mode, and answers in the order asked', async () => {
    const asked: FetchRequest[] = [];
    const { context, seen } = commandContext({
      fetch: (_, request) => {
        asked.push(request);
        return Promise.resolve(FETCHED);
      },
    });
    const result = await fetchImages(
      { images: [item('nginx'), item('redis:7', 'remote')], noCache: true },
      context,
    );
    assert.deepEqual(
      asked.map(({ image, mode, noCache }) => [image.canonical, mode, noCache]),
      [
        ['docker://registry-1.docker.io/library/nginx:latest', 'default', true],
        ['docker://registry-1.docker.io/library/redis:7', 'remote', true],
      ],
    );
    assert.deepEqual(result, {
      images: [
        { image: 'nginx', ...FETCHED },
        { image: 'redis:7', ...FETCHED },
      ],
    });
    assert.deepEqual(seen.shown, []);
    assert.equal(seen.progress[0], 'begin Fetching 2 images');
    assert.equal(seen.progress.at(-1), 'done');
    assert.deepEqual(seen.logged, [
      'Fetching docker://registry-1.docker.io/library/nginx:latest: sha512-ab, fetched.',
      'Fetching docker://registry-1.docker.io/library/redis:7: sha512-ab, fetched.',
    ]);
  });

  it('asks for what short names stand for, and answers with what was asked', async () => {
    const asked: string[] = [];
    const { context } = commandContext({
      fetch: (_, { image }) => {
        asked.push(image.canonical);
        return Promise.resolve(FETCHED);
      },
    });
    const shortNames = new Map([['nginx', 'quay.io/team/nginx']]);
    const items = [item('nginx:1'), item('docker.io/library/nginx:1')];
    const result = await fetchImages({ images: items }, { ...context, shortNames });
    assert.deepEqual(asked, [
      'docker://quay.io/team/nginx:1',
      'docker://registry-1.docker.io/library/nginx:1',
    ]);
    assert.deepEqual(
      result.images.map(({ image }) => image),
      items.map(({ image }) => image),
    );
  });

  it('reports bytes under the name of the image', async () => {
    const { context, seen } = commandContext({
      fetch: (_, __, { onProgress }) => {
        onProgress({ phase: 'download', received: 12_300_000, total: 40_100_000 });
        return Promise.resolve(FETCHED);
      },
    });
    await fetchImages({ images: [item('nginx:1.27')] }, context);
    assert.deepEqual(seen.progress.slice(0, 2), ['begin Fetching nginx:1.27', '30 12.3 of 40.1 MB']);
  });

  it('never lets the bar go back', async () => {
    const { context, seen } = commandContext({
      fetch: (_, __, { onProgress }) => {
        onProgress({ phase: 'download', received: 50, total: 100 });
        onProgress({ phase: 'download', received: 60, total: 1000 });
        return Promise.resolve(FETCHED);
      },
    });
    await fetchImages({ images: [item('nginx:1.27')] }, context);
    assert.deepEqual(
      seen.progress.slice(1, 3).map((report) => parseInt(report)),
      [50, 50],
    );
  });

  it('lets a failure cost its own image only, and shows one sentence', async () => {
    const failure = new LarderError('E_DNS', 'redis:7 was not fetched: no such host; check the name.');
    const { context, seen } = commandContext({
      fetch: (_, { image }) =>
        image.canonical.includes('redis') ? Promise.reject(failure) : Promise.resolve(FETCHED),
    });
    const { images } = await fetchImages({ images: [item('redis:7'), item('nginx')] }, context);
    assert.deepEqual(images, [
      { image: 'redis:7', error: { code: 'E_DNS', message: failure.message } },
      { image: 'nginx', ...FETCHED },
    ]);
    assert.deepEqual(seen.shown, [['error', failure.message]]);
    assert.equal(seen.progress.at(-1), 'done');
  });

  it('shows equal failures once, and counts the others', async () => {
    const { context, seen } = commandContext({
      fetch: (_, { image }) => {
        const why = image.canonical.includes('redis') ? 'redis is gone.' : 'The network is down.';
        return Promise.reject(new LarderError('E_OFFLINE', why));
      },
    });
    await fetchImages({ images: [item('a'), item('b'), item('redis')] }, context);
    assert.deepEqual(seen.shown, [['error', 'The network is down (1 other failure is in the log).']]);
    assert.deepEqual(seen.logged, ['The network is down.', 'redis is gone.']);
  });

  it('leaves it to a client that offers to trust keys to say that one is missing', async () => {
    const untrusted = new LarderError('E_SIGNATURE_UNTRUSTED', 'Not trusted.', undefined, 'example.com/app');
    const { context, seen } = commandContext({ fetch: () => Promise.reject(untrusted) });
    const { images } = await fetchImages({ images: [item('nginx')] }, { ...context, offersTrust: true });
    const error = { code: 'E_SIGNATURE_UNTRUSTED', message: 'Not trusted.', subject: 'example.com/app' };
    assert.deepEqual(images, [{ image: 'nginx', error }]);
    assert.deepEqual([seen.shown, seen.logged], [[], ['Not trusted.']]);
    await fetchImages({ images: [item('nginx')] }, context);
    assert.deepEqual(seen.shown, [['error', 'Not trusted.']]);
  });

  it('leaves it to a client that offers to sign in to say that a registry wants credentials', async () => {
    const shownFor = async (error: LarderError, offersSignIn: boolean): Promise<number> => {
      const { context, seen } = commandContext({ fetch: () => Promise.reject(error) });
      await fetchImages({ images: [item('nginx')] }, { ...context, offersSignIn });
      return seen.shown.length;
    };
    for (const code of ['E_AUTH_REQUIRED', 'E_AUTH_REFUSED'] as const) {
      const denied = new LarderError(code, 'Not for you.', undefined, 'r.example');
      assert.deepEqual([await shownFor(denied, true), await shownFor(denied, false)], [0, 1]);
      // A web server, which nobody can sign in to.
      assert.equal(await shownFor(new LarderError(code, 'Not for you.'), true), 1);
    }
    assert.equal(await shownFor(new LarderError('E_AUTH_REALM', 'Odd.', undefined, 'r.example'), true), 1);
  });

  it('says nothing to who has cancelled', async () => {
    const { context, seen } = commandContext({
      fetch: () => Promise.reject(new LarderError('E_CANCELLED', 'The fetch was cancelled.')),
    });
    const { images } = await fetchImages({ images: [item('nginx')] }, context);
    assert.deepEqual(images, [
      { image: 'nginx', error: { code: 'E_CANCELLED', message: 'The fetch was cancelled.' } },
    ]);
    assert.deepEqual(seen.shown, []);
    assert.equal(seen.progress.at(-1), 'done');
  });

  it('answers for a reference that is none without asking the engine', async () => {
    const { context, seen } = commandContext({});
    const { images } = await fetchImages({ images: [item('Nginx')] }, context);
    const [result] = images;
    assert(result !== undefined && 'error' in result && result.error.code === 'E_REF');
    assert.equal(seen.shown.length, 1);
  });
});
