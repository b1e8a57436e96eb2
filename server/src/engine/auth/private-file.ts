import { dirname } from 'node:path';
import type { Host } from '../host.ts';
import { makeDirectory, moveDurably } from '../store/durable.ts';
import { errnoOf } from '../store/store-error.ts';

/**
 * Writes a file that only its owner may read, and that appears under its name only whole and on disk. A directory that has to be
 * made for it is private too; of a symbolic link, the file that it leads to is replaced.
 * @throws NodeJS.ErrnoException
 */
export async function writePrivateFile(host: Host, path: string, text: string): Promise<void> {
  const { fs } = host;
  const target = await targetOf(fs, path);
  await makePrivateDirectory(host, dirname(target));
  const temp = `${target}.${Math.floor(host.random() * 2 ** 48).toString(36)}`;
  const handle = await fs.open(temp, 'wx', 0o600);
  try {
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await moveDurably(host, temp, target);
  } catch (error) {
    await fs.rm(temp, { force: true });
    throw error;
  }
}

async function targetOf(fs: Host['fs'], path: string): Promise<string> {
  try {
    return await fs.realpath(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return path;
    throw error;
  }
}

async function makePrivateDirectory(host: Host, path: string): Promise<void> {
  await makeDirectory(host, dirname(path));
  try {
    await host.fs.mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}
