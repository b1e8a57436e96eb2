import { join } from 'node:path';
import { LarderError } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import { removeTree } from '../store/remove-tree.ts';
import { errnoOf } from '../store/store-error.ts';
import type { Rendered } from './describe-tree.ts';
import type { RenderImage } from './render-image.ts';
import { renderTree, ROOTFS } from './render-tree.ts';
import type { RenderWatch } from './render-tree.ts';

/** Beside `rootfs` (appc/spec, aci.md, "Image Layout"). */
const MANIFEST = 'manifest';

/**
 * Renders images to a directory of a user's, as an image layout of appc: `manifest` and `rootfs`.
 * @param manifest of the image on top, JSON text
 * @param directory is made, or is there and empty
 * @throws LarderError E_FILE when it cannot be used; what {@link renderTree} throws. The directory is as it was then.
 */
export async function renderTo(
  { fs }: Pick<Host, 'fs'>,
  images: readonly RenderImage[],
  manifest: string,
  directory: string,
  watch: RenderWatch,
): Promise<Rendered> {
  const isNew = await claim(fs, directory);
  try {
    const rendered = await renderTree({ fs }, images, directory, watch);
    await fs.writeFile(join(directory, MANIFEST), manifest, { flag: 'wx' });
    return rendered;
  } catch (error) {
    const made = isNew ? [directory] : [join(directory, ROOTFS), join(directory, MANIFEST)];
    for (const path of made) await removeTree(fs, path);
    throw error;
  }
}

/** @returns whether the directory was made */
async function claim(fs: Host['fs'], directory: string): Promise<boolean> {
  const refuse = (why: string, cause?: unknown): LarderError =>
    new LarderError('E_FILE', `The image cannot be rendered to ${directory}: ${why}.`, cause);
  try {
    // Others on this machine must not run what an image lets run as its owner.
    await fs.mkdir(directory, 0o700);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw refuse('the directory it would be in does not exist', error);
    if (errnoOf(error) !== 'EEXIST')
      throw refuse(`the system answered ${errnoOf(error) ?? 'nothing'}`, error);
  }
  try {
    if ((await fs.readdir(directory)).length === 0) return false;
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR') throw refuse('it is no directory', error);
    throw refuse(`the system answered ${errnoOf(error) ?? 'nothing'}`, error);
  }
  throw refuse('it is not empty, and nothing of yours is overwritten; name another one');
}
