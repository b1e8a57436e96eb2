import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { Fault } from '../helpers/registry-faults.ts';
import type { DeskImage } from './desk-user.ts';
import { Front } from './front.ts';
import { CARLY, HTPASSWD, RegistryDesk } from './registry-desk.ts';

const SIZE = 400_000;

describe('a registry that misbehaves', { concurrency: 2 }, () => {
  let desk: RegistryDesk;
  let image: DeskImage;

  before(async () => {
    desk = await RegistryDesk.open('faults');
    image = await desk.push('shop/web:1', SIZE);
  });
  after(() => desk.close());

  /** What stands before the registry, for one test alone; and a fetch through it by somebody who has nothing yet. */
  async function misbehaving() {
    const front = desk.adopt(await Front.before(desk.openHost));
    return {
      front,
      fetch: async () => (await desk.user()).fetch(front.host, image),
      /** Which ranges of the layer were asked for. */
      blobRequests: (): readonly (string | undefined)[] =>
        front.requests.filter(({ line }) => line.endsWith(image.blob)).map(({ range }) => range),
    };
  }

  it('is asked again when it says so, as soon as it says', async () => {
    const { front, fetch, blobRequests } = await misbehaving();
    const retry = { 'retry-after': '1' };
    front.misbehave('manifests/1', { kind: 'status', status: 429, headers: retry, times: 1 });
    front.misbehave(image.blob, { kind: 'status', status: 503, headers: retry, times: 1 });
    const { code, message } = await fetch();
    assert.equal(code, 'ok', message);
    assert.equal(blobRequests().length, 2);
  });

  it('is not waited for when it wants an hour, and whoever asks is told until when', async () => {
    const { front, fetch } = await misbehaving();
    front.misbehave('', { kind: 'status', status: 429, headers: { 'retry-after': '3600' } });
    const { code, message } = await fetch();
    assert.equal(code, 'E_RATE_LIMIT');
    assert.match(message, /try again after \d{4}-\d\d-\d\dT/);
    assert.equal(front.requests.length, 1);
  });

  it('is left alone by all images of a command when it wants an hour', async () => {
    const { front } = await misbehaving();
    const others = await Promise.all(['a/b:1', 'c/d:1', 'e/f:1', 'g/h:1'].map((name) => desk.push(name)));
    front.misbehave('', { kind: 'status', status: 429, headers: { 'retry-after': '3600' } });
    const images = others.map(({ name }) => `docker://${front.host}/${name}`);
    const { code, stdout } = await (await desk.user()).larder(['fetch', '--json', ...images]);
    assert.equal(code, 1);
    const results = JSON.parse(stdout) as { error: { code: string } }[];
    assert.deepEqual(new Set(results.map(({ error }) => error.code)), new Set(['E_RATE_LIMIT']));
    // Those that were on their way together; the fourth did not set out.
    assert.ok(front.requests.length <= 3, String(front.requests.length));
  });

  it('may fail twice', async () => {
    const { front, fetch } = await misbehaving();
    front.misbehave('manifests/1', { kind: 'status', status: 500, times: 2 });
    const { code, message } = await fetch();
    assert.equal(code, 'ok', message);
    assert.equal(front.lines.filter((line) => line.endsWith('manifests/1')).length, 3);
  });

  it('goes on where it broke off', async () => {
    const { front, fetch, blobRequests } = await misbehaving();
    front.misbehave(image.blob, { kind: 'cut', after: SIZE / 4, times: 2 });
    assert.equal((await fetch()).code, 'ok');
    const [first, ...rest] = blobRequests();
    assert.equal(first, undefined);
    assert.deepEqual(rest, [`bytes=${SIZE / 4}-`, `bytes=${SIZE / 2}-`]);
  });

  it('begins anew where a range is ignored', async () => {
    const { front, fetch, blobRequests } = await misbehaving();
    front.misbehave(image.blob, { kind: 'cut', after: SIZE / 4, times: 1 });
    front.misbehave(image.blob, { kind: 'ignore-range' });
    assert.equal((await fetch()).code, 'ok');
    assert.deepEqual(blobRequests(), [undefined, `bytes=${SIZE / 4}-`]);
  });

  /** Answers to the request for the rest of a blob that broke off. */
  const forged = async (front: Front): Promise<Readonly<Record<string, Fault>>> => {
    const whole = await front.bytes(`${image.repository}/${image.blob}`);
    const range = (text: string): Fault => ({ kind: 'headers', headers: { 'content-range': text } });
    return {
      'a part from elsewhere': range(`bytes 0-${SIZE / 4 - 1}/${image.size}`),
      'a part of something else': range(`bytes ${SIZE / 4}-${image.size}/${image.size + 1}`),
      'a part without saying which': { kind: 'headers', headers: { 'content-range': null } },
      'other bytes': { kind: 'body', bytes: Buffer.alloc(image.size - SIZE / 4, 7) },
      'the bytes of the beginning': { kind: 'body', bytes: whole.subarray(0, image.size - SIZE / 4) },
    };
  };
  for (const what of [
    'a part from elsewhere',
    'a part of something else',
    'a part without saying which',
    'other bytes',
    'the bytes of the beginning',
  ]) {
    it(`is not believed when it is asked for the rest, and sends ${what}`, async () => {
      const { front, fetch, blobRequests } = await misbehaving();
      const fault = (await forged(front))[what];
      assert.ok(fault);
      front.misbehave(image.blob, { kind: 'cut', after: SIZE / 4, times: 1 });
      // The first answer is right, as far as it goes; only the second is forged.
      front.misbehave(image.blob, { kind: 'headers', headers: {}, times: 1 });
      front.misbehave(image.blob, {
        kind: 'body',
        bytes: await front.bytes(`${image.repository}/${image.blob}`),
        times: 1,
      });
      front.misbehave(image.blob, { ...fault, times: 1 });
      const { code, message } = await fetch();
      assert.equal(code, 'ok', message);
      assert.ok(blobRequests().length >= 3, 'it was believed');
    });
  }

  it('never gives a wrong image, however long it lies', async () => {
    const { front, fetch } = await misbehaving();
    const bytes = Buffer.from(await front.bytes(`${image.repository}/${image.blob}`)).fill(0, 100, 200);
    front.misbehave(image.blob, { kind: 'body', bytes });
    const { code, message } = await fetch();
    assert.equal(code, 'E_DIGEST');
    assert.match(message, /the bytes that came are not those of its digest/);

    front.behave();
    front.misbehave(image.blob, {
      kind: 'status',
      status: 206,
      headers: { 'content-range': 'bytes 5-9/10' },
    });
    assert.equal((await fetch()).code, 'E_RANGE');

    front.behave();
    front.misbehave(image.blob, { kind: 'body', bytes: Buffer.concat([bytes, bytes]) });
    front.misbehave(image.blob, { kind: 'headers', headers: { 'content-length': null } });
    assert.equal((await fetch()).code, 'E_SIZE');
  });

  it('keeps credentials from those to whom it redirects', async () => {
    const { front } = await misbehaving();
    const path = desk.path('htpasswd');
    await writeFile(path, HTPASSWD);
    const { host } = await desk.registry({ auth: { htpasswd: { realm: 'Larder tests', path } } });
    const guarded = desk.adopt(await Front.before(host));
    const { repository, blob } = image;
    guarded.misbehave(blob, { kind: 'redirect', to: `http://${front.host}/v2/${repository}/${blob}` });
    const user = await desk.user();
    const auth = Buffer.from(`${CARLY.username}:${CARLY.password}`).toString('base64');
    await user.write('.docker/config.json', { auths: { [guarded.host]: { auth } } });
    assert.equal((await user.fetch(guarded.host, image)).code, 'ok');
    assert.ok(
      guarded.requests.some(({ line, authorization }) => line.endsWith(blob) && authorization !== undefined),
    );
    assert.deepEqual(front.requests, [
      { line: `GET ${repository}/${blob}`, authorization: undefined, range: undefined },
    ]);
  });
});
