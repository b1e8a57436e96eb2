/** Imports and renders a large ACI, and prints by how many MiB the process grew at most. */
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createWriteStream } from 'node:fs';
import { createGzip } from 'node:zlib';
import { scanAci } from '../../../server/src/engine/aci/aci-scan.ts';
import { formatHeader, END_OF_ARCHIVE } from '../../../server/src/engine/aci/tar-writer.ts';
import { renderTree } from '../../../server/src/engine/render/render-tree.ts';
import { header } from '../aci/archives.ts';
import { UNWATCHED, withDirectory } from './fixture.ts';
import { MANIFEST_BLOCK, ROOTFS_BLOCK } from './raw-tar.ts';

const MIB = 1024 * 1024;
const FILES = 4;

/** Four files of 64 MiB of zeros: some 250 kB compressed. */
function* large(): Generator<Buffer> {
  yield MANIFEST_BLOCK;
  yield ROOTFS_BLOCK;
  const zeros = Buffer.alloc(MIB);
  for (let n = 0; n < FILES; n++) {
    yield formatHeader(header({ name: `rootfs/${n}`, size: 64 * MIB }));
    for (let written = 0; written < 64; written++) yield zeros;
  }
  yield END_OF_ARCHIVE;
}

await withDirectory(async (scratch) => {
  const [published, aci] = [join(scratch, 'published.aci'), join(scratch, 'image.aci')];
  await pipeline(large(), createGzip({ level: 1 }), createWriteStream(published));
  const start = process.memoryUsage().rss;
  let peak = start;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 5);
  const { imageId } = await scanAci({ file: published, out: aci });
  await renderTree({ fs }, [{ imageId, aci, pathWhitelist: [], within: [] }], scratch, UNWATCHED);
  clearInterval(timer);
  process.stdout.write(`${Math.round((peak - start) / MIB)}\n`);
});
