/** Exports read by skopeo, and archives that skopeo wrote imported: the same digests, the same images, the same trees. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { compareTree } from './compare-tree.ts';
import { IMAGES, makeImages, type ImageName, type RealImage } from './images.ts';
import { larder } from './larder.ts';
import { run, startRegistry } from './parts.ts';

interface Stored {
  readonly imageId: string;
  readonly manifestDigest: string;
  readonly configDigest: string;
}

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

const sha256 = (bytes: string | Buffer): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

describe('larder image export and import', () => {
  const cleanup = new AsyncDisposableStack();
  let directory: string;
  let images: Record<ImageName, RealImage>;
  const at = (name: string): string => join(directory, name);

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'larder-exchange-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    const registry = cleanup.adopt(await startRegistry(directory), (it) => it.close());
    images = await makeImages(directory, registry.host);
    for (const name of Object.keys(IMAGES) as ImageName[])
      await larder('fetch', '--dir', at('store'), ...flagsOf(name), `docker://${images[name].reference}`);
  });
  after(() => cleanup.disposeAsync());

  const flagsOf = (name: ImageName): string[] => {
    const { platform } = images[name];
    return platform === undefined ? [] : ['--platform', platform];
  };
  /** What skopeo takes for `--platform`. */
  const overridesOf = (name: ImageName): string[] => {
    const [, arch = 'amd64', variant] = images[name].platform?.split('/') ?? [];
    return ['--override-arch', arch, ...(variant === undefined ? [] : ['--override-variant', variant])];
  };
  const skopeo = (...args: readonly string[]): Promise<string> => run('skopeo', '--insecure-policy', ...args);
  /** Copies from the registry. A layout of skopeo has OCI's own types only: what Docker's had is another manifest there. */
  const copyTo = (name: ImageName, target: string, ...flags: readonly string[]): Promise<string> => {
    const source = ['--quiet', '--src-tls-verify=false', `docker://${images[name].reference}`];
    return skopeo(...overridesOf(name), 'copy', ...flags, ...source, target);
  };
  const stored = async (store: string, name: ImageName): Promise<Stored> => {
    const reference = `docker://${images[name].reference}`;
    const json = await larder('explain', '--json', '--dir', at(store), ...flagsOf(name), reference);
    const [explained] = JSON.parse(json) as [{ store: Stored }];
    return explained.store;
  };
  const exported = async (name: ImageName, format: string, file: string): Promise<string> => {
    const args = ['--dir', at('store'), ...flagsOf(name), '--format', format];
    await larder('image', 'export', ...args, `docker://${images[name].reference}`, at(file));
    return at(file);
  };
  const imported = (store: string, name: ImageName, file: string): Promise<string> =>
    larder('image', 'import', '--dir', at(store), ...flagsOf(name), file);
  const pathOf = (store: string, imageId: string): string =>
    join(at(store), 'blob/sha512', imageId.slice('sha512-'.length).slice(0, 2), imageId);
  const readManifest = async (path: string): Promise<Manifest> =>
    JSON.parse(await readFile(path, 'utf8')) as Manifest;
  const unpacked = async (name: ImageName): Promise<string> => {
    const bundle = at(`${name}.unpacked`);
    await rm(bundle, { recursive: true, force: true });
    await run('umoci', 'unpack', '--rootless', '--image', images[name].layout, bundle);
    return join(bundle, 'rootfs');
  };

  for (const [name, what] of Object.entries(IMAGES) as [ImageName, string][]) {
    it(`${what}: an OCI layout with the digests of the registry`, async () => {
      const { manifestDigest, configDigest } = await stored('store', name);
      for (const [transport, file] of [
        ['oci', `${name}.exported`],
        ['oci-archive', `${name}.exported.tar`],
      ] as const) {
        const layout = await exported(name, 'oci', file);
        const raw = await skopeo('inspect', '--raw', `${transport}:${layout}`);
        assert.equal(sha256(raw), manifestDigest);
        const copy = at(`${file}.dir`);
        await skopeo('copy', '--quiet', '--preserve-digests', `${transport}:${layout}`, `dir:${copy}`);
        assert.equal(sha256(await readFile(join(copy, 'manifest.json'))), manifestDigest);
        assert.equal((await readManifest(join(copy, 'manifest.json'))).config.digest, configDigest);
      }
    });

    it(`${what}: a docker archive with docker's image ID`, async () => {
      const { configDigest } = await stored('store', name);
      const archive = await exported(name, 'docker-archive', `${name}.docker.tar`);
      const source = `docker-archive:${archive}:${images[name].reference}`;
      assert.equal(sha256(await skopeo('inspect', '--config', '--raw', source)), configDigest);
      await skopeo('copy', '--quiet', source, `dir:${at(`${name}.docker.dir`)}`);
      const copied = await readManifest(join(at(`${name}.docker.dir`), 'manifest.json'));
      assert.equal(copied.config.digest, configDigest);
      const config = JSON.parse(
        await readFile(join(at(`${name}.docker.dir`), configDigest.slice('sha256:'.length)), 'utf8'),
      ) as { rootfs: { diff_ids: string[] } };
      assert.deepEqual(
        copied.layers.map(({ digest }) => digest),
        config.rootfs.diff_ids,
      );
      await skopeo('copy', '--quiet', source, `oci:${at(`${name}.docker.layout`)}:1`);
    });

    it(`${what}: layouts of skopeo are the image that a pull gives`, async () => {
      const { reference } = images[name];
      const pulled = await stored('store', name);
      for (const [transport, file] of [
        ['oci', `${name}.skopeo`],
        ['oci-archive', `${name}.skopeo.tar`],
      ] as const) {
        const flags = name === 'schema2' ? [] : ['--preserve-digests'];
        await copyTo(name, `${transport}:${at(file)}:${reference}`, ...flags);
        const store = `${name}.${transport}.store`;
        const imageId = (await imported(store, name, at(file))).trim();
        await run('actool', 'validate', pathOf(store, imageId));
        assert.deepEqual(await compareTree(pathOf(store, imageId), await unpacked(name)), []);
        if (name !== 'schema2') assert.equal(imageId, pulled.imageId);
      }
    });

    it(`${what}: docker archives of skopeo are the image of docker's image ID`, async () => {
      const { reference } = images[name];
      const { configDigest } = await stored('store', name);
      const archive = at(`${name}.skopeo.docker`);
      const target = `docker-archive:${archive}:${reference}`;
      // This skopeo cannot inflate zstd on the way; the layout has the same image with gzip.
      if (name === 'zstd') await skopeo('copy', '--quiet', `oci:${images.zstd.layout}`, target);
      else await copyTo(name, target);
      await pipeline(createReadStream(archive), createGzip(), createWriteStream(`${archive}.gz`));
      const store = `${name}.docker.store`;
      const imageId = (await imported(store, name, archive)).trim();
      assert.equal((await stored(store, name)).configDigest, configDigest);
      assert.deepEqual(await compareTree(pathOf(store, imageId), await unpacked(name)), []);
      assert.equal((await imported(store, name, `${archive}.gz`)).trim(), imageId);
      const own = await exported(name, 'docker-archive', `${name}.again.tar`);
      assert.equal((await imported(store, name, own)).trim(), imageId, 'whoever saved it');
      const forced = await larder(
        ...['fetch', '--json', '--force-fetch', '--dir', at(store)],
        ...[...flagsOf(name), `docker://${reference}`],
      );
      const [{ outcome }] = JSON.parse(forced) as [{ outcome: string }];
      assert.equal(outcome, 'revalidated', 'the registry has the same configuration');
    });
  }

  it('judges by the same scopes of an image policy as skopeo', async () => {
    const layout = await exported('oci', 'oci', 'judged');
    const top = `/${(await realpath(directory)).split('/')[1] ?? ''}`;
    const scopes = [await realpath(layout), await realpath(directory), top, `${layout}:1`, `${layout}x`, ''];
    for (const [at, scope] of scopes.entries()) {
      const policy = join(directory, `policy-${at}.json`);
      const transports = { oci: { [scope]: [{ type: 'reject' }] } };
      await writeFile(policy, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }], transports }));
      const copy = ['copy', '--quiet', `oci:${layout}`, `dir:${join(directory, `judged-${at}`)}`];
      const theirs = await run('skopeo', '--policy', policy, ...copy).then(
        () => 'accepted',
        (error: unknown) => (/rejected by policy/.test(String(error)) ? 'rejected' : String(error)),
      );
      const store = join(directory, `judged-${at}.store`);
      const ours = await larder('image', 'import', '--dir', store, '--policy', policy, layout).then(
        () => 'accepted',
        (error: unknown) => (/E_POLICY/.test(String(error)) ? 'rejected' : String(error)),
      );
      assert.equal(ours, theirs, scope);
      assert.equal(ours, at < 3 || scope === '' ? 'rejected' : 'accepted', scope);
    }
  });

  it('leaves stores that verify', async () => {
    for (const store of ['schema2.docker.store', 'zstd.oci.store', 'links.oci-archive.store']) {
      const findings = JSON.parse(await larder('image', 'verify', '--json', '--dir', at(store))) as {
        state: string;
      }[];
      assert.ok(findings.length > 0 && findings.every(({ state }) => state === 'ok'));
    }
  });
});
