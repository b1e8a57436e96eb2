/** ACIs that depend on each other, by `actool build`; and their trees, by GNU tar. */
import { chmod, link, mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { imageIdOf } from '../helpers/aci.ts';
import { run } from './parts.ts';

export interface ChainImage {
  /** Of `example.com/NAME`. */
  readonly name: string;
  readonly dependencies?: readonly BuiltAci[];
  readonly pathWhitelist?: readonly string[];
  /** By path: the content of a file, `-> TARGET` of a symbolic link, `= PATH` of a hard link, `d MODE` of a directory. */
  readonly files: Readonly<Record<string, string>>;
}

export interface BuiltAci {
  readonly name: string;
  readonly imageId: string;
  /** Path, not compressed. */
  readonly aci: string;
}

const LABELS = [
  { name: 'version', value: '1' },
  { name: 'os', value: 'linux' },
  { name: 'arch', value: 'amd64' },
];
/** Some moment in the past, with a fraction of a second. */
const TIME = 1_600_000_000.25;

/** Builds an ACI in `directory`. */
export async function buildChainAci(
  directory: string,
  { name, dependencies = [], pathWhitelist, files }: ChainImage,
): Promise<BuiltAci> {
  const layout = join(directory, `${name}.layout`);
  const rootfs = join(layout, 'rootfs');
  await mkdir(rootfs, { recursive: true });
  const manifest = {
    ...{ acKind: 'ImageManifest', acVersion: '0.8.11', name: `example.com/${name}`, labels: LABELS },
    dependencies: dependencies.map((aci) => ({
      ...{ imageName: `example.com/${aci.name}`, imageID: aci.imageId, labels: LABELS },
    })),
    ...(pathWhitelist === undefined ? {} : { pathWhitelist }),
  };
  await writeFile(join(layout, 'manifest'), JSON.stringify(manifest));
  for (const [path, what] of Object.entries(files)) await make(rootfs, path, what);
  const aci = join(directory, `${name}.aci`);
  await run('actool', 'build', '--no-compression', layout, aci);
  await run('actool', 'validate', aci);
  return { name, imageId: imageIdOf(await readFile(aci)), aci };
}

async function make(rootfs: string, path: string, what: string): Promise<void> {
  const at = join(rootfs, path);
  await mkdir(dirname(at), { recursive: true });
  const [, kind, rest = ''] = /^(->|=|d) (.*)$/.exec(what) ?? [];
  if (kind === '->') return symlink(rest, at);
  if (kind === '=') return link(join(rootfs, rest), at);
  if (kind === 'd') {
    await mkdir(at, { recursive: true });
    return chmod(at, Number.parseInt(rest, 8));
  }
  await writeFile(at, what);
  await utimes(at, TIME, TIME);
}

/**
 * Extracts ACIs one over the other with GNU tar.
 * @param images each with the names in it that are wanted, where not all are
 */
export async function extractChain(
  rootfs: string,
  images: readonly (BuiltAci & { readonly only: readonly string[] | undefined })[],
): Promise<void> {
  await mkdir(rootfs, { recursive: true });
  for (const { aci, only } of images) {
    const names =
      only === undefined ? ['rootfs'] : ['--no-recursion', 'rootfs', ...only.map((name) => `rootfs/${name}`)];
    const flags = ['--extract', '--preserve-permissions', '--no-same-owner', '--strip-components=1'];
    await run('tar', ...flags, '--directory', rootfs, '--file', aci, ...names);
  }
}
