import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildAci } from '../helpers/aci.ts';
import type { AciOptions, TestAci } from '../helpers/aci.ts';
import { openEngineFixture } from './engine-fixture.ts';
import type { EngineFixture } from './engine-fixture.ts';

/** Publishes images under `example.com/NAME`; each is its own version of nothing. */
function publish(t: EngineFixture, name: string, options: Omit<AciOptions, 'name'> = {}): TestAci {
  const aci = buildAci({ labels: {}, ...options, name: `example.com/${name}` });
  const template = '<meta name="ac-discovery" content="example.com https://images.example/{name}.{ext}">';
  t.origin.serve('//example.com/?ac-discovery=1', { body: template });
  t.origin.serve(`//images.example/example.com/${name}.aci`, {
    body: aci.gzip,
    headers: { etag: `"${name}"` },
  });
  return aci;
}

const on = (...names: string[]): object[] => names.map((name) => ({ imageName: `example.com/${name}` }));

/** Names of the images that were downloaded, in order. */
const downloads = (t: EngineFixture): string[] =>
  t.origin.takeLines().flatMap((line) => /example\.com\/(\w+)\.aci → 200$/.exec(line)?.[1] ?? []);

const root = '//images.example/example.com/root.aci';
const URL_OF_ROOT = `https:${root}`;

describe('dependencies', () => {
  it('are fetched at any depth, each once: diamonds', async () => {
    await using t = await openEngineFixture();
    publish(t, 'root', { dependencies: on('left', 'right') });
    publish(t, 'left', { dependencies: on('base') });
    publish(t, 'right', { dependencies: on('base') });
    publish(t, 'base');
    await t.get(URL_OF_ROOT, 'default');
    assert.deepEqual(downloads(t), ['root', 'left', 'right', 'base']);
  });

  it('may go round in circles, which end', async () => {
    await using t = await openEngineFixture();
    publish(t, 'root', { dependencies: on('a') });
    publish(t, 'a', { dependencies: on('root', 'a') });
    const { imageId, outcome } = await t.get(URL_OF_ROOT, 'default');
    assert.equal(outcome, 'fetched');
    assert.deepEqual(new Set(downloads(t)), new Set(['root', 'a']));
    assert.equal(t.record(URL_OF_ROOT)?.image.imageId, imageId);
    assert.equal(t.store.view().imageCount, 2);
  });

  it('get the mode of the image that needs them', async () => {
    await using t = await openEngineFixture();
    publish(t, 'root', { dependencies: on('base') });
    const base = publish(t, 'base');
    await t.get(URL_OF_ROOT, 'default');
    t.origin.takeLines();
    for (const mode of ['store', 'default'] as const) {
      await t.get(URL_OF_ROOT, mode);
      assert.deepEqual(t.origin.takeLines(), []);
    }
    await t.get(URL_OF_ROOT, 'remote');
    assert.deepEqual(t.origin.takeLines(), [
      `${root} if-none-match="root" → 304`,
      '//example.com/base?ac-discovery=1 → 404',
      '//example.com/?ac-discovery=1 → 200',
      '//images.example/example.com/base.aci if-none-match="base" → 304',
    ]);
    await t.store.removeImage(base.imageId);
    await assert.rejects(t.get(URL_OF_ROOT, 'store'), {
      code: 'E_NOT_IN_STORE',
      message: /example\.com\/base is not in the store.*; needed by https:\/\/images\.example/,
    });
    await t.get(URL_OF_ROOT, 'default');
    assert.deepEqual(downloads(t), ['base']);
  });

  it('are found by name and by image ID once they are in the store', async () => {
    await using t = await openEngineFixture();
    const labels = { os: 'linux', arch: 'amd64', version: '2' };
    const base = publish(t, 'base', { labels });
    publish(t, 'root', {
      dependencies: [{ imageName: 'example.com/base', labels: [{ name: 'version', value: '2' }] }],
    });
    await t.get(URL_OF_ROOT, 'default');
    assert.equal(t.record('example.com/base:2')?.image.imageId, base.imageId);
    assert.equal(t.record(base.imageId)?.image.name, 'example.com/base');
    assert.equal(t.record('example.com/base:3'), undefined);
  });

  it('that fail name all that led there', async () => {
    await using t = await openEngineFixture();
    publish(t, 'root', { dependencies: on('middle') });
    publish(t, 'middle', { dependencies: on('base') });
    await assert.rejects(t.get(URL_OF_ROOT, 'default'), {
      code: 'E_NOT_FOUND',
      message:
        /base\.aci.*404.*; needed by example\.com\/middle, needed by https:\/\/images\.example\/example\.com\/root\.aci\.$/,
    });
  });

  it('must be what they were when the image was made, and are not stored else', async () => {
    const base = { imageName: 'example.com/base' };
    for (const [dependency, code, words] of [
      [
        { ...base, imageID: `sha512-${'0'.repeat(128)}` },
        'E_DIGEST',
        /its image ID is sha512-.* and sha512-0+ was asked for/,
      ],
      [{ ...base, size: 1 }, 'E_SIZE', /it has \d+ bytes, and .* says 1/],
      [{ ...base, labels: [{ name: 'version', value: '9' }] }, 'E_MANIFEST', /has no label "version"/],
    ] as const) {
      await using t = await openEngineFixture();
      publish(t, 'base');
      publish(t, 'root', { dependencies: [dependency] });
      await assert.rejects(t.get(URL_OF_ROOT, 'default'), { code, message: words });
      assert.equal(t.record('example.com/base'), undefined);
    }
  });

  for (const [what, wrong, message] of [
    ['an ID that fits any image', { imageID: 'sha512-' }, /names example\.com\/base by "sha512-"/],
    ['an ID with more than an ID', { imageID: `sha512-${'a'.repeat(128)}\n` }, /is no image ID/],
    ['a size beyond all bytes', { size: 1e300 }, /a size of 1e\+300/],
    ['a part of a byte', { size: 0.5 }, /a size of 0\.5/],
    ['less than nothing', { size: -1 }, /a size of -1/],
  ] as const) {
    it(`with ${what} make the image be refused`, async () => {
      await using t = await openEngineFixture();
      publish(t, 'root', { dependencies: [{ imageName: 'example.com/base', ...wrong }] });
      await assert.rejects(t.get(URL_OF_ROOT, 'default'), { code: 'E_MANIFEST', message });
      assert.equal(t.store.view().imageCount, 0);
    });
  }

  it('with an image ID are that image: used when the store has it, whatever the name means by now', async () => {
    await using t = await openEngineFixture();
    const before = publish(t, 'base', { content: 'before' });
    publish(t, 'root', {
      dependencies: [{ imageName: 'example.com/base', imageID: before.imageId, size: before.bytes.length }],
    });
    await t.get(URL_OF_ROOT, 'default');
    publish(t, 'base', { content: 'after' });
    t.origin.takeLines();
    await t.get(URL_OF_ROOT, 'remote');
    assert.deepEqual(t.origin.takeLines(), [`${root} if-none-match="root" → 304`]);
  });

  it('are downloaded by name when the store has only another image of that name', async () => {
    await using t = await openEngineFixture();
    publish(t, 'base', { content: 'before' });
    await t.get('https://images.example/example.com/base.aci', 'default');
    const wanted = publish(t, 'base', { content: 'wanted' });
    t.origin.serve('//images.example/example.com/base.aci', { body: wanted.gzip });
    publish(t, 'root', { dependencies: [{ imageName: 'example.com/base', imageID: wanted.imageId }] });
    await t.get(URL_OF_ROOT, 'default');
    assert.equal(t.record(wanted.imageId)?.image.imageId, wanted.imageId);
  });

  it('add to the progress of the image, which never falls', async () => {
    await using t = await openEngineFixture();
    publish(t, 'root', { dependencies: on('base') });
    publish(t, 'base');
    const seen: number[] = [];
    await t.get(URL_OF_ROOT, 'default', { onProgress: ({ received }) => seen.push(received) });
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    );
    const all = t.origin.requests.filter(({ path }) => path.endsWith('.aci')).length;
    assert.equal(all, 2);
    assert.ok((seen.at(-1) ?? 0) > (seen[2] ?? 0));
  });
});
