import type { Host } from '../host.ts';
import { errnoOf } from './store-error.ts';

/**
 * Removes a file, or a directory with all below it, whatever modes an image has given it; nothing when it is not there. No
 * symbolic link is followed.
 */
export async function removeTree(fs: Host['fs'], path: string): Promise<void> {
  try {
    await fs.rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
    // Only root may remove something from a directory that nobody may write to.
    await openDirectories(fs, path);
    await fs.rm(path, { recursive: true, force: true });
  }
}

/** Makes directories accessible to their owner. Names may be any bytes. */
async function openDirectories(fs: Host['fs'], root: string): Promise<void> {
  if (!(await fs.lstat(root)).isDirectory()) return;
  const ahead = [Buffer.from(root)];
  for (let path = ahead.pop(); path !== undefined; path = ahead.pop()) {
    await fs.chmod(path, 0o700);
    for (const child of await fs.readdir(path, { withFileTypes: true, encoding: 'buffer' })) {
      if (child.isDirectory()) ahead.push(Buffer.concat([path, Buffer.from('/'), child.name]));
    }
  }
}
