import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';

/**
 * All that anybody could see of a directory: names, types, modes, owners, times, numbers of links, contents.
 * @param except names in the directory that do not count
 */
export async function snapshotOf(root: string, except: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  const visit = async (path: string): Promise<void> => {
    const { mode, uid, gid, nlink, mtimeNs, size } = await fs.lstat(path, { bigint: true });
    const kind = mode & 0o170000n;
    let content = '';
    if (kind === 0o100000n)
      content = createHash('sha256')
        .update(await fs.readFile(path))
        .digest('hex');
    else if (kind === 0o120000n) content = await fs.readlink(path);
    // The directory itself changes with what does not count.
    const times = path === root ? [] : [nlink, mtimeNs, size];
    lines.push([path, mode.toString(8), uid, gid, ...times, content].join(' '));
    if (kind !== 0o040000n) return;
    const names = (await fs.readdir(path)).filter((name) => path !== root || !except.includes(name));
    for (const name of names.sort()) await visit(join(path, name));
  };
  await visit(root);
  return lines;
}
