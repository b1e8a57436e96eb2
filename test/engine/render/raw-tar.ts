/** Tar archives by the block, for what no writer would write. */
import { formatHeaderBlock } from '../../../server/src/engine/aci/tar-header.ts';
import type { HeaderBlock } from '../../../server/src/engine/aci/tar-header.ts';
import { END_OF_ARCHIVE } from '../../../server/src/engine/aci/tar-writer.ts';
import { MANIFEST } from './fixture.ts';

const PLAIN: HeaderBlock = {
  ...{ name: '', typeFlag: '0', linkName: '', mode: 0o644, uid: 0, gid: 0, userName: '', groupName: '' },
  ...{ mtime: 0, deviceMajor: 0, deviceMinor: 0, size: 0 },
};

/** One member, with any type flag; its size is that of the data unless it says otherwise. */
export function block(changes: Partial<HeaderBlock>, data = ''): Buffer {
  const bytes = Buffer.from(data, 'latin1');
  const header = formatHeaderBlock({ ...PLAIN, size: bytes.length, ...changes });
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** A header with bytes of one's own at a place, and the checksum that goes with them. */
export function patched(header: Buffer, at: number, bytes: Buffer): Buffer {
  const copy = Buffer.from(header);
  bytes.copy(copy, at);
  copy.write('        ', 148, 'latin1');
  const sum = copy.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return copy;
}

/** A PAX header with these records, for the next member. */
export function pax(records: Readonly<Record<string, string>>): Buffer {
  const line = (rest: string, digits: number): string => {
    const length = String(rest.length + digits);
    return length.length === digits ? length + rest : line(rest, digits + 1);
  };
  const text = Object.entries(records).map(([key, value]) => line(` ${key}=${value}\n`, 1));
  return block({ name: 'PaxHeader', typeFlag: 'x' }, text.join(''));
}

export const MANIFEST_BLOCK: Buffer = block({ name: 'manifest' }, MANIFEST[1] ?? '');
export const ROOTFS_BLOCK: Buffer = block({ name: 'rootfs/', typeFlag: '5', mode: 0o755 });

/** An ACI with these blocks after `manifest` and `rootfs/`. */
export function rawAci(...blocks: readonly Buffer[]): Buffer {
  return Buffer.concat([MANIFEST_BLOCK, ROOTFS_BLOCK, ...blocks, END_OF_ARCHIVE]);
}
