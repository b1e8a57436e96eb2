/** Images of every kind a registry serves, made by the tools that people make them with. */
import { link, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './parts.ts';

/** The images, and what is special about each. */
export const IMAGES = {
  schema2: 'Docker schema 2, gzip',
  oci: 'OCI, gzip',
  zstd: 'OCI, zstd layers',
  plain: 'OCI, plain layers',
  'index-amd64': 'an index, linux/amd64',
  'index-arm64': 'an index, linux/arm64/v8',
  whiteouts: 'whiteouts',
  opaque: 'an opaque directory, in an archive without an end',
  links: 'hard links across layers, PAX names',
} as const;

export type ImageName = keyof typeof IMAGES;

export interface RealImage {
  /** `127.0.0.1:PORT/NAME:TAG` in the registry. */
  readonly reference: string;
  /** The same image where umoci can unpack it: `LAYOUT:TAG`. */
  readonly layout: string;
  /** Only for an image of another platform than linux/amd64. */
  readonly platform?: string;
}

/** Makes every image in `directory` and pushes it to the registry at `host`. */
export async function makeImages(directory: string, host: string): Promise<Record<ImageName, RealImage>> {
  const buildah = new Buildah(directory, host);
  return {
    schema2: await buildah.push('schema2', ['--format', 'v2s2']),
    oci: await buildah.push('oci', ['--format', 'oci']),
    zstd: await buildah.push('zstd', ['--format', 'oci', '--compression-format', 'zstd']),
    plain: await buildah.pushPlain('plain'),
    ...(await buildah.pushIndex('index')),
    ...(await whiteouts(directory, host)),
    links: await links(directory, host),
  };
}

/** `buildah` with its storage in a directory of the test. */
class Buildah {
  readonly #directory: string;
  readonly #host: string;
  readonly #storage: readonly string[];

  constructor(directory: string, host: string) {
    this.#directory = directory;
    this.#host = host;
    const at = (name: string): string => join(directory, name);
    this.#storage = ['--storage-driver', 'vfs', '--root', at('storage'), '--runroot', at('run')];
  }

  async push(name: string, flags: readonly string[]): Promise<RealImage> {
    await this.#commit(name);
    await this.#run(
      'push',
      '--quiet',
      '--tls-verify=false',
      ...flags,
      name,
      `docker://${this.#host}/${name}:1`,
    );
    return this.#image(name);
  }

  /** A registry push compresses; only a copy that must keep the digests leaves layers as they are. */
  async pushPlain(name: string): Promise<RealImage> {
    await this.#commit(name);
    const files = join(this.#directory, `${name}.dir`);
    await this.#run('push', '--quiet', '--format', 'oci', '--disable-compression', name, `dir:${files}`);
    const copy = ['copy', '--quiet', '--dest-tls-verify=false', '--preserve-digests'];
    await run('skopeo', ...copy, `dir:${files}`, `docker://${this.#host}/${name}:1`);
    return this.#image(name);
  }

  /** One tag, an image for each of two platforms. */
  async pushIndex(name: string): Promise<Record<'index-amd64' | 'index-arm64', RealImage>> {
    await this.#commit(`${name}-amd64`, '--arch', 'amd64');
    await this.#commit(`${name}-arm64`, '--arch', 'arm64', '--variant', 'v8');
    await this.#run('manifest', 'create', name);
    await this.#run('manifest', 'add', name, `${name}-amd64`);
    await this.#run('manifest', 'add', '--variant', 'v8', name, `${name}-arm64`);
    const reference = `${this.#host}/${name}:1`;
    await this.#run(
      'manifest',
      'push',
      '--quiet',
      '--all',
      '--tls-verify=false',
      name,
      `docker://${reference}`,
    );
    return {
      'index-amd64': { ...(await this.#image(`${name}-amd64`)), reference },
      'index-arm64': { ...(await this.#image(`${name}-arm64`)), reference, platform: 'linux/arm64/v8' },
    };
  }

  /** An image of two layers, the second replacing a file of the first. */
  async #commit(name: string, ...config: readonly string[]): Promise<void> {
    // Every image has bytes of its own: the tools reuse a blob that they know under another compression.
    const base = await tree(join(this.#directory, `${name}.base`), {
      'etc/name': name,
      'etc/motd': 'first',
      'bin/app': name.repeat(50_000),
    });
    const change = await tree(join(this.#directory, `${name}.change`), { 'etc/motd': `second ${name}` });
    await this.#layer('scratch', base, `${name}-base`, config);
    await this.#layer(`${name}-base`, change, name, [
      '--entrypoint',
      '["/bin/app"]',
      '--env',
      'MODE=test',
      '--port',
      '8080',
      ...config,
    ]);
  }

  async #layer(from: string, files: string, image: string, config: readonly string[]): Promise<void> {
    const container = `${image}-container`;
    await this.#run('from', '--pull-never', '--name', container, from);
    await this.#run('copy', '--quiet', container, files, '/');
    if (config.length > 0) await this.#run('config', ...config, container);
    await this.#run('commit', '--quiet', '--rm', container, image);
  }

  async #image(name: string): Promise<RealImage> {
    const layout = `${join(this.#directory, `${name}.layout`)}:1`;
    await this.#run('push', '--quiet', '--format', 'oci', name, `oci:${layout}`);
    return { reference: `${this.#host}/${name}:1`, layout };
  }

  #run(command: string, ...args: readonly string[]): Promise<string> {
    return run('buildah', ...this.#storage, command, ...args);
  }
}

/** Files that later layers remove and replace by another kind of file; and a directory that is made opaque over them. */
async function whiteouts(
  directory: string,
  host: string,
): Promise<Record<'whiteouts' | 'opaque', RealImage>> {
  const layout = await emptyLayout(directory, 'whiteouts');
  const bundle = join(directory, 'whiteouts.bundle');
  await run('umoci', 'unpack', '--rootless', '--image', layout, bundle);
  const rootfs = join(bundle, 'rootfs');
  await tree(rootfs, {
    'gone/file': '1',
    'kept/file': '2',
    'kept/gone': '3',
    'swap/file': '4',
    'was-file': '5',
    'opaque/old': '6',
  });
  await run('umoci', 'repack', '--refresh-bundle', '--image', layout, bundle);
  await Promise.all(
    ['gone', 'kept/gone', 'swap', 'was-file'].map((path) => rm(join(rootfs, path), { recursive: true })),
  );
  await tree(rootfs, { swap: 'a file now', 'was-file/inside': 'a directory now' });
  await run('umoci', 'repack', '--refresh-bundle', '--image', layout, bundle);
  const fresh = await tree(join(directory, 'opaque'), { new: 'only this is left' });
  // umoci ends this archive right after the last byte of its last file: no padding, no end blocks.
  const opaque = layout.replace(/:1$/, ':opaque');
  await run(
    'umoci',
    'insert',
    '--rootless',
    '--opaque',
    '--image',
    layout,
    '--tag',
    'opaque',
    fresh,
    '/opaque',
  );
  return {
    whiteouts: await publish(layout, host, 'whiteouts'),
    opaque: await publish(opaque, host, 'opaque'),
  };
}

/** Hard links within and across layers, symbolic links, long and non-ASCII names, modes: layers as GNU tar writes them. */
async function links(directory: string, host: string): Promise<RealImage> {
  const layout = await emptyLayout(directory, 'links');
  const long = `${'directory-'.repeat(12)}/${'file-'.repeat(30)}`;
  const first = await tree(join(directory, 'links.1'), {
    'bin/app': 'program',
    [long]: 'long',
    'größe/日本': 'names',
    'sbin/su': 'x',
    empty: '',
  });
  await link(join(first, 'bin/app'), join(first, 'bin/hard'));
  await symlink('app', join(first, 'bin/soft'));
  await symlink('/nowhere', join(first, 'dangling'));
  const second = await tree(join(directory, 'links.2'), { 'bin/app': 'program' });
  await link(join(second, 'bin/app'), join(second, 'bin/other'));
  for (const [index, files] of [first, second].entries()) {
    const layer = `${files}.tar`;
    // The second archive holds only the link: its target is a file of the layer below.
    const members = index === 0 ? ['.'] : ['./bin/app', './bin/other'];
    await run('tar', '--format=pax', '--mode=u+s', '-C', files, '-cf', layer, ...members);
    if (index === 1) await run('tar', '--delete', '-f', layer, './bin/app');
    await run('umoci', 'raw', 'add-layer', '--image', layout, layer);
  }
  return publish(layout, host, 'links');
}

/** An image without layers, `DIRECTORY/NAME.layout:1`. */
async function emptyLayout(directory: string, name: string): Promise<string> {
  const path = join(directory, `${name}.layout`);
  await run('umoci', 'init', '--layout', path);
  await run('umoci', 'new', '--image', `${path}:1`);
  await run('umoci', 'config', '--image', `${path}:1`, '--architecture', 'amd64', '--config.cmd', '/bin/app');
  return `${path}:1`;
}

async function publish(layout: string, host: string, name: string): Promise<RealImage> {
  const reference = `${host}/${name}:1`;
  await run('skopeo', 'copy', '--quiet', '--dest-tls-verify=false', `oci:${layout}`, `docker://${reference}`);
  return { reference, layout };
}

/** Writes files, by path, under a directory; returns the directory. */
async function tree(root: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}
