import assert from 'node:assert/strict';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { podRequest } from '../../../server/src/domain/pod/pod-request.ts';
import { Pods } from '../../../server/src/engine/prepare/pods.ts';
import { Preparation } from '../../../server/src/engine/prepare/prepare.ts';
import type { Prepared } from '../../../server/src/engine/prepare/prepare.ts';
import { Trees } from '../../../server/src/engine/render/trees.ts';
import { readPodSpecs } from '../../../server/src/manifest/pod-spec.ts';
import { buildAci } from '../../helpers/aci.ts';
import { buildImage } from '../../helpers/images.ts';
import { AMD64, openEngineFixture } from '../engine-fixture.ts';
import type { EngineFixture } from '../engine-fixture.ts';

const NEVER = new AbortController().signal;
const watch = { signal: NEVER, onProgress: (): void => undefined };

const app = await buildImage({
  layers: [{ files: [{ name: 'bin/app', content: 'the app' }] }],
  config: { Entrypoint: ['/bin/app'], Cmd: ['--serve'] },
});

interface PodFixture extends EngineFixture {
  readonly pods: Pods;
  readonly trees: Trees;
  readonly preparation: Preparation;
  /** Prepares the only pod of a text. */
  readonly prepareText: (text: string, format?: 'yaml' | 'json') => Promise<Prepared>;
  readonly prepareImages: (...texts: string[]) => Promise<Prepared>;
}

async function withPods(body: (fixture: PodFixture) => Promise<void>): Promise<void> {
  await using fixture = await openEngineFixture();
  const { host, store, engine, registry } = fixture;
  registry.push('shop/web', '1', app);
  const [pods, trees] = [new Pods(host, store.root), new Trees(host, store)];
  const preparation = new Preparation(host, store, engine, trees, pods);
  const prepareText = (text: string, format: 'yaml' | 'json' = 'yaml'): Promise<Prepared> => {
    const [spec] = readPodSpecs(text, format);
    assert(spec !== undefined);
    const request = podRequest(spec, { mode: 'default', noCache: false }, { platform: AMD64 });
    return preparation.prepare({ ...request, from: 'pod.yaml', platform: AMD64 }, watch);
  };
  const prepareImages = (...texts: string[]): Promise<Prepared> => {
    const images = texts.map((text) => ({
      name: text,
      image: fixture.parse(text),
      modes: ['default'] as const,
      noCache: false,
    }));
    return preparation.prepare(
      { source: { kind: 'images' }, from: texts.join(' '), images, platform: AMD64 },
      watch,
    );
  };
  await body({ ...fixture, pods, trees, preparation, prepareText, prepareImages });
}

const podOf = (...containers: string[]): string =>
  `kind: Pod\napiVersion: v1\nmetadata: { name: shop }\nspec:\n  containers:\n${containers.map((one) => `    - { ${one} }\n`).join('')}`;

interface Manifest {
  readonly apps: readonly {
    readonly name: string;
    readonly image: { readonly id: string };
    readonly app: { readonly exec: readonly string[] };
  }[];
}

describe('a prepared pod', () => {
  it('has every image resolved, rendered and named by its ID', () =>
    withPods(async ({ registry, prepareText, pods, trees, store }) => {
      const { uuid, path, manifest } = await prepareText(
        podOf(`name: web, image: "${registry.host}/shop/web:1"`),
      );
      const { apps } = JSON.parse(manifest) as Manifest;
      assert.deepEqual(
        apps.map(({ name, app: { exec } }) => [name, exec]),
        [['web', ['/bin/app', '--serve']]],
      );
      const [image] = store.view().images();
      assert.equal(apps[0]?.image.id, image?.imageId);
      assert.equal(await readFile(join(path, 'pod'), 'utf8'), manifest);

      const [pod, ...others] = await pods.list();
      assert.deepEqual(others, []);
      assert.equal(pod?.uuid, uuid);
      const tree = pod.apps[0]?.tree;
      const [stored] = await trees.list();
      assert(stored !== undefined);
      assert.equal(stored.key, tree);
      assert.equal(await readFile(join(stored.path, 'rootfs/bin/app'), 'utf8'), 'the app');
    }));

  it('shares the trees of others, and asks for nothing that is there', () =>
    withPods(async ({ registry, prepareText, trees, pods }) => {
      const text = podOf(
        `name: web, image: "${registry.host}/shop/web:1"`,
        `name: again, image: "${registry.host}/shop/web:1"`,
      );
      await prepareText(text);
      registry.clearRequests();
      await prepareText(text);
      assert.deepEqual(registry.requests, []);
      assert.equal((await trees.list()).length, 1);
      assert.equal((await pods.list()).length, 2);
    }));

  it('is made of a list of images, each called after its name', () =>
    withPods(async ({ registry, prepareImages }) => {
      const { manifest } = await prepareImages(`docker://${registry.host}/shop/web:1`);
      assert.deepEqual(
        (JSON.parse(manifest) as Manifest).apps.map(({ name }) => name),
        ['web'],
      );
    }));

  it('is made of an image with all that it depends on', () =>
    withPods(async ({ origin, prepareText, prepareImages, pods }) => {
      origin.serve('/base.aci', {
        body: buildAci({ name: 'example.com/base' }).bytes,
      });
      const dependencies = [{ imageName: 'example.com/base' }];
      const exec = { exec: ['/app'], user: '0', group: '0' };
      const top = buildAci({ name: 'example.com/app', dependencies, app: exec });
      origin.serve('/app.aci', { body: top.bytes });
      await assert.rejects(prepareImages('/base.aci'), { code: 'E_POD', message: /says what to execute/ });
      await prepareImages('/app.aci');
      const json = JSON.stringify({
        acKind: 'PodManifest',
        acVersion: '0.8.11',
        apps: [{ name: 'app', image: { name: 'example.com/app' } }],
      });
      await prepareText(json, 'json');
      const [first] = await pods.list();
      assert.equal(first?.apps[0]?.images.length, 2);
    }));

  it('is made of an image with an ID that the store lacks: got by its name, which must lead to that very image', () =>
    withPods(async ({ origin, prepareText, store }) => {
      const named = { name: 'example.com/app', app: { exec: ['/app'], user: '0', group: '0' } };
      const [wanted, other] = [buildAci({ ...named, content: 'wanted' }), buildAci(named)];
      const template = '<meta name="ac-discovery" content="example.com https://images.example/app.{ext}">';
      origin.serve('//example.com/?ac-discovery=1', { body: template });
      origin.serve('//example.com/app?ac-discovery=1', { body: template });
      const json = JSON.stringify({
        acKind: 'PodManifest',
        acVersion: '0.8.11',
        apps: [{ name: 'app', image: { name: 'example.com/app', id: wanted.imageId } }],
      });
      origin.serve('//images.example/app.aci', { body: other.bytes });
      await assert.rejects(prepareText(json, 'json'), {
        code: 'E_DIGEST',
        message:
          /^The image from https:\/\/images\.example\/app\.aci was refused: its image ID is .*; another image/,
      });
      assert.equal(store.view().imageCount, 0);
      origin.serve('//images.example/app.aci', { body: wanted.bytes });
      const { manifest } = await prepareText(json, 'json');
      assert.equal((JSON.parse(manifest) as Manifest).apps[0]?.image.id, wanted.imageId);
      // Once it is there, nobody is asked.
      origin.takeLines();
      await prepareText(json, 'json');
      assert.deepEqual(origin.takeLines(), []);
    }));

  it('is made of an image with an ID that the store has, for whatever platform it is', () =>
    withPods(async ({ origin, prepareText, prepareImages }) => {
      const aci = buildAci({
        name: 'example.com/app',
        labels: { os: 'linux', arch: 'aarch64' },
        app: { exec: ['/app'], user: '0', group: '0' },
      });
      origin.serve('/app.aci', { body: aci.bytes });
      await prepareImages('/app.aci');
      const pod = (name: string): string =>
        JSON.stringify({
          acKind: 'PodManifest',
          acVersion: '0.8.11',
          apps: [{ name: 'app', image: { name, id: aci.imageId } }],
        });
      await prepareText(pod('example.com/app'), 'json');
      await assert.rejects(prepareText(pod('example.com/other'), 'json'), { code: 'E_POD' });
    }));

  it('keeps the images of init containers too, which are no apps', () =>
    withPods(async ({ registry, prepareText, pods }) => {
      const other = await buildImage({ layers: [{ files: [{ name: 'init', content: 'init' }] }] });
      registry.push('shop/init', '1', other);
      const text = podOf(`name: web, image: "${registry.host}/shop/web:1"`).replace(
        'spec:\n',
        `spec:\n  initContainers: [{ name: init, image: "${registry.host}/shop/init:1" }]\n`,
      );
      const { unmapped } = await prepareText(text);
      assert.deepEqual(
        unmapped.map(({ path }) => path),
        ['spec.initContainers[0]'],
      );
      const [pod] = await pods.list();
      assert.deepEqual([pod?.apps.length, pod?.others.length], [1, 1]);
    }));

  it('is not made when one of its images cannot be had, and the others are got all the same', () =>
    withPods(async ({ registry, prepareText, pods, store }) => {
      const text = podOf(
        `name: a, image: "${registry.host}/shop/none:1"`,
        `name: web, image: "${registry.host}/shop/web:1"`,
        `name: b, image: "${registry.host}/shop/nothing:1"`,
      );
      await assert.rejects(prepareText(text), {
        code: 'E_NOT_FOUND',
        message: /shop\/none:1.*; one more image was not resolved either\.$/,
      });
      assert.deepEqual(await pods.list(), []);
      assert.equal(store.view().imageCount, 1);
    }));

  it('is made anew when its images are removed meanwhile', () =>
    withPods(async ({ registry, host, store, engine, trees, pods }) => {
      let removals = 0;
      const ensure: Trees['ensure'] = async (images, own) => {
        const tree = await trees.ensure(images, own);
        if (removals++ === 0)
          for (const { imageId } of store.view().images()) await store.removeImage(imageId);
        return tree;
      };
      const has = trees.has.bind(trees);
      const preparation = new Preparation(host, store, engine, { ensure, has }, pods);
      const [spec] = readPodSpecs(podOf(`name: web, image: "${registry.host}/shop/web:1"`), 'yaml');
      assert(spec !== undefined);
      const request = podRequest(spec, { mode: 'default', noCache: false }, { platform: AMD64 });
      const { uuid } = await preparation.prepare({ ...request, from: 'pod.yaml', platform: AMD64 }, watch);
      assert.equal(removals, 2);
      assert.equal((await pods.find(uuid))?.apps.length, 1);
      assert.equal(store.view().imageCount, 1);
    }));

  it('can be removed, and leaves its tree and images', () =>
    withPods(async ({ registry, prepareText, pods, trees, store }) => {
      const { uuid, path } = await prepareText(podOf(`name: web, image: "${registry.host}/shop/web:1"`));
      await pods.remove(uuid, store);
      assert.deepEqual([await pods.list(), (await trees.list()).length, store.view().imageCount], [[], 1, 1]);
      await assert.rejects(readdir(path), { code: 'ENOENT' });
      await assert.rejects(pods.remove(uuid, store), { code: 'E_NOT_FOUND', message: /larder pod list/ });
      await assert.rejects(pods.remove('../../index.sqlite', store), { code: 'E_REF' });
      await assert.rejects(pods.manifest(uuid), { code: 'E_NOT_FOUND' });
    }));

  it('whose record is damaged is named, and can be removed', () =>
    withPods(async ({ registry, prepareText, pods, store, host }) => {
      const { uuid, path } = await prepareText(podOf(`name: web, image: "${registry.host}/shop/web:1"`));
      await host.fs.writeFile(join(path, 'pod.json'), '{');
      await assert.rejects(pods.list(), {
        code: 'E_STORE_CORRUPT',
        message: new RegExp(`larder pod rm ${uuid}`),
      });
      await pods.remove(uuid, store);
      await rm(join(store.root, 'pods'), { recursive: true });
      assert.deepEqual(await pods.list(), []);
    }));
});
