/** ACIs by `actool build`, as their publishers make them. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageIdOf } from '../helpers/aci.ts';
import { run } from './parts.ts';

/** The forms of appc/spec, aci.md, "Image Archives". */
export type Form = 'gzip' | 'plain' | 'xz' | 'bzip2';

const MANIFEST = JSON.stringify({
  acKind: 'ImageManifest',
  acVersion: '0.8.11',
  name: 'example.com/app',
  labels: [
    { name: 'version', value: '1' },
    { name: 'os', value: 'linux' },
    { name: 'arch', value: 'amd64' },
  ],
});

/**
 * Writes the ACI example.com/app; what was there under the name is replaced, in one step.
 * @param content of the one file in it
 * @returns its image ID
 */
export async function actoolBuild(
  aci: string,
  content: string | Buffer,
  form: Form = 'gzip',
): Promise<string> {
  const layout = `${aci}.layout`;
  await mkdir(join(layout, 'rootfs'), { recursive: true });
  await writeFile(join(layout, 'manifest'), MANIFEST);
  await writeFile(join(layout, 'rootfs/file'), content);
  const [plain, gzip] = [`${aci}.plain.aci`, `${aci}.gzip.aci`];
  await run('actool', 'build', '--no-compression', layout, plain);
  await run('actool', 'build', layout, gzip);
  const imageId = imageIdOf(await readFile(plain));
  if (form === 'xz') await run('xz', '--keep', plain);
  if (form === 'bzip2') await run('bzip2', '--keep', plain);
  await rename({ plain, gzip, xz: `${plain}.xz`, bzip2: `${plain}.bz2` }[form], aci);
  for (const path of [layout, plain, gzip]) await rm(path, { recursive: true, force: true });
  return imageId;
}
