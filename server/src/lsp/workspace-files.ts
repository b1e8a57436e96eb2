import { opendir } from 'node:fs/promises';
import { dirname, extname, join, sep } from 'node:path';

/** Names of files that can hold manifests. */
const EXTENSIONS: readonly string[] = ['.yaml', '.yml', '.json'];

/** Directories of tools, in which nobody writes manifests and which can be very large. */
const SKIPPED: readonly string[] = ['node_modules', '.git', '.hg', '.svn', '.terraform'];

/** Whether files like this can hold manifests, wherever they are: what an editor tells of is not chosen by {@link manifestPaths}. */
export function canHoldManifest(path: string): boolean {
  const directories = dirname(path).split(sep);
  return (
    EXTENSIONS.includes(extname(path).toLowerCase()) && !directories.some((name) => SKIPPED.includes(name))
  );
}

/** How much of a tree is looked at. */
export interface TreeLimits {
  /** Directories and files of all kinds. */
  readonly entries: number;
  readonly depth: number;
}

export const TREE_LIMITS: TreeLimits = { entries: 200_000, depth: 40 };

/**
 * The paths of files below a directory that can hold manifests, in the order in which they are found. Symbolic links are not followed:
 * they lead to what is found under its own name, or out of the tree.
 * @param root absolute path
 * @param onSkip told, as it reads after "because", of what is left out: a directory that cannot be read or is too deep, or all the rest
 */
export async function* manifestPaths(
  root: string,
  signal: AbortSignal,
  onSkip: (path: string, why: string) => void,
  limits = TREE_LIMITS,
): AsyncGenerator<string> {
  const waiting = [{ path: root, depth: 0 }];
  let entries = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const directories: typeof waiting = [];
    try {
      for await (const entry of await opendir(next.path)) {
        if (signal.aborted) return;
        entries += 1;
        if (entries > limits.entries) {
          onSkip(root, `it holds more than ${limits.entries} files and directories`);
          return;
        }
        const path = join(next.path, entry.name);
        if (entry.isFile() && EXTENSIONS.includes(extname(entry.name).toLowerCase())) yield path;
        if (entry.isDirectory() && !SKIPPED.includes(entry.name))
          directories.push({ path, depth: next.depth + 1 });
      }
    } catch (error) {
      // What cannot be read costs itself only.
      onSkip(next.path, error instanceof Error ? error.message : String(error));
    }
    for (const directory of directories.reverse()) {
      if (directory.depth <= limits.depth) waiting.push(directory);
      else onSkip(directory.path, `it is more than ${limits.depth} directories deep`);
    }
  }
}
