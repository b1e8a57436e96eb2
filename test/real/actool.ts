/** ACIs by `actool build`, as their publishers make them. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
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
  const built = `${aci}.built.aci`;
  // Once only: actool writes down when the files were read, so a second build may be another image.
  await run('actool', 'build', ...(form === 'gzip' ? [] : ['--no-compression']), layout, built);
  const bytes = await readFile(built);
  const imageId = imageIdOf(form === 'gzip' ? gunzipSync(bytes) : bytes);
  if (form === 'xz') await run('xz', '--keep', built);
  if (form === 'bzip2') await run('bzip2', '--keep', built);
  await rename({ plain: built, gzip: built, xz: `${built}.xz`, bzip2: `${built}.bz2` }[form], aci);
  for (const path of [layout, built]) await rm(path, { recursive: true, force: true });
  return imageId;
}
