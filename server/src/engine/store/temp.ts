import { join } from 'node:path';
import type { Host } from '../host.ts';
import type { Layout } from './layout.ts';
import { formatTag, isDead, parseTag } from './process-tag.ts';
import type { ProcessTag } from './process-tag.ts';
import { removeTree } from './remove-tree.ts';
import { storeIo } from './store-error.ts';

const DAY = 24 * 60 * 60 * 1000;
/** After this long an unfinished file of a process nobody can ask about (of another machine, say) is given up. Milliseconds. */
const FORGOTTEN = 7 * DAY;

/** Whether nobody has written to an unfinished file for so long that nobody will. */
export async function isForgotten({ fs, clock }: Host, path: string): Promise<boolean> {
  // It may have been finished and moved since its directory was read.
  const stat = await fs.stat(path).catch(() => undefined);
  return stat !== undefined && stat.mtimeMs < clock.now() - FORGOTTEN;
}

/** `tmp-TAG-RANDOM…`: the tag says whose it is. */
const TEMP_NAME = /^tmp-([0-9a-f]{8}-[0-9]+)-/;

/** Private files and directories in `partial/`, each named after its process, so that those of dead processes can be told and removed. */
export class TempFiles {
  readonly #host: Host;
  readonly #layout: Layout;
  readonly #own: ProcessTag;
  #count = 0;

  constructor(host: Host, layout: Layout, own: ProcessTag) {
    this.#host = host;
    this.#layout = layout;
    this.#own = own;
  }

  /** Makes an empty file that no other process touches, and returns its path. */
  async create(suffix: string): Promise<string> {
    const path = this.#path(suffix);
    await storeIo('write', path, async () => (await this.#host.fs.open(path, 'wx')).close());
    return path;
  }

  /** The same for a directory, which only this user may enter. */
  async createDirectory(suffix: string): Promise<string> {
    const path = this.#path(suffix);
    await storeIo('write', path, () => this.#host.fs.mkdir(path, 0o700));
    return path;
  }

  #path(suffix: string): string {
    return join(this.#layout.partial, `tmp-${this.uniqueTag()}${suffix}`);
  }

  /** A name that no other file of any process has: the process's tag first. */
  uniqueTag(): string {
    this.#count += 1;
    const random = Math.floor(this.#host.random() * 2 ** 48).toString(36);
    return `${formatTag(this.#own)}-${this.#count}-${random}`;
  }

  /** Removes what processes that have ended left behind. */
  async clean(): Promise<void> {
    const { fs } = this.#host;
    for (const name of await fs.readdir(this.#layout.partial)) {
      const tag = parseTag(TEMP_NAME.exec(name)?.[1] ?? '');
      if (tag === undefined) continue;
      const path = join(this.#layout.partial, name);
      if (isDead(tag, this.#own) || (await isForgotten(this.#host, path))) await removeTree(fs, path);
    }
  }
}
