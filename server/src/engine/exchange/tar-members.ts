import { posix } from 'node:path';
import { LarderError } from '../../domain/errors.ts';
import { badArchive, badEntry } from '../aci/archive-error.ts';
import { LAYER_LIMITS } from '../aci/layer-scan.ts';
import type { LayerLimits } from '../aci/layer-scan.ts';
import { byteString } from '../aci/tar-entry.ts';
import type { ByteString, TarEntry } from '../aci/tar-entry.ts';
import type { Extent } from './extent.ts';
import type { Members } from './members.ts';

/** Where a member's data is, or which other member it stands for. */
type Member = Pick<TarEntry, 'offset' | 'size'> & { readonly target: ByteString | undefined };

/** Bounds on what an archive of images may be; sizes in bytes. */
export const ARCHIVE_LIMITS: LayerLimits = {
  ...LAYER_LIMITS,
  /** Of all names, with a fixed part for each: a quarter of a million files. */
  listing: 64 * 1024 * 1024,
};

/** Memory of a member beside its strings, roughly. */
const MEMBER_COST = 256;

/**
 * The files of a tar archive. Nothing is unpacked, so no name can lead anywhere; names that try to are refused all the same, as is
 * a second file of one name, of which others might see the first and Larder the last.
 */
export class TarMembers implements Members {
  readonly #members = new Map<ByteString, Member>();
  readonly #limit: number;
  #listing = 0;
  #path = '';
  #isAci = false;

  constructor({ listing }: Pick<LayerLimits, 'listing'>) {
    this.#limit = listing;
  }

  /** Whether it has what only an ACI has at its top (appc/spec, aci.md, "Image Layout"). */
  get isAci(): boolean {
    return this.#isAci;
  }

  /** @throws LarderError E_ARCHIVE, E_TOO_LARGE */
  add({ name, type, linkName, offset, size }: TarEntry): void {
    this.#listing += MEMBER_COST + name.length + linkName.length;
    if (this.#listing > this.#limit) {
      const why = 'it has more files than any archive of images needs';
      throw new LarderError('E_TOO_LARGE', `The archive was refused because ${why}.`);
    }
    const parts = name.split('/').filter((part) => part !== '' && part !== '.');
    if (name.startsWith('/') || parts.includes('..')) throw badEntry(name, 'leads out of the archive');
    if (parts[0] === 'rootfs') this.#isAci = true;
    if (type !== 'file' && type !== 'symlink') return;
    const clean = parts.join('/');
    if (this.#members.has(clean)) throw badEntry(name, 'is there twice');
    this.#members.set(clean, { offset, size, target: type === 'symlink' ? linkName : undefined });
  }

  /**
   * Says that all have been added.
   * @param path of the uncompressed archive
   * @param length its bytes
   * @throws LarderError E_ARCHIVE when it is cut off
   */
  end(path: string, length: number): void {
    this.#path = path;
    for (const { offset, size } of this.#members.values())
      if (offset + size > length) throw badArchive('it is cut off');
  }

  find(name: string): Promise<Extent | undefined> {
    const clean = byteString(posix.normalize(name));
    const member = this.#members.get(clean);
    // Docker used to save a layer that several images share once, with symbolic links for the others.
    const file = member?.target === undefined ? member : this.#members.get(pointedTo(clean, member.target));
    if (file === undefined || file.target !== undefined) return Promise.resolve(undefined);
    return Promise.resolve({ path: this.#path, offset: file.offset, size: file.size });
  }
}

function pointedTo(name: ByteString, target: ByteString): ByteString {
  return posix.normalize(posix.join(posix.dirname(name), target));
}
