import type { StoreRecord } from '../../domain/record.ts';
import { writeAll } from '../aci/write-all.ts';
import type { Layout } from '../store/layout.ts';
import type { ArchiveSink, FileSystem, WriteBytes } from './archive-sink.ts';
import { DirectorySink } from './directory-sink.ts';
import { writeDockerArchive } from './docker-export.ts';
import type { ExportFormat } from './export-formats.ts';
import { exportTo } from './export-file.ts';
import { exportable } from './exportable.ts';
import { writeOciLayout } from './oci-export.ts';
import { readStored } from './stored-blob.ts';
import { TarSink } from './tar-sink.ts';

export interface ExportRequest {
  /** What the store holds, and the remote that gives the exported image its name. */
  readonly record: StoreRecord;
  readonly format: ExportFormat;
  /** An absolute path; or what takes the bytes, for standard output. */
  readonly to: string | WriteBytes;
  /** Whether what is there may be replaced. */
  readonly overwrite: boolean;
}

/**
 * Exports a stored image. The store is read and nothing else; memory does not grow with the image. An OCI image layout is a
 * directory, or a tar archive when the path ends in `.tar` or is no path.
 * @throws LarderError E_NOT_FOUND when blobs have been removed, E_UNSUPPORTED, E_STORE_CORRUPT, E_FILE, E_NO_SPACE; the
 *   signal's reason
 */
export async function exportImage(
  host: FileSystem,
  layout: Layout,
  request: ExportRequest,
  signal: AbortSignal,
): Promise<void> {
  const { record, format, to, overwrite } = request;
  if (format === 'aci') {
    await toFile(host, request, (write) => copyAci(host, layout, record, write, signal));
    return;
  }
  const image = await exportable(host, layout, record);
  const writeTo = async (sink: ArchiveSink): Promise<void> => {
    await (format === 'oci' ? writeOciLayout : writeDockerArchive)(host, image, sink, signal);
    await sink.end();
  };
  if (format === 'oci' && typeof to === 'string' && !to.endsWith('.tar')) {
    const target = { path: to, kind: 'directory', overwrite } as const;
    await exportTo(host, target, async (path) => {
      await host.fs.mkdir(path);
      await writeTo(new DirectorySink(host, path));
    });
  } else await toFile(host, request, (write) => writeTo(new TarSink(write)));
}

async function toFile(
  host: FileSystem,
  { to, overwrite }: ExportRequest,
  body: (write: WriteBytes) => Promise<void>,
): Promise<void> {
  if (typeof to !== 'string') return body(to);
  await exportTo(host, { path: to, kind: 'file', overwrite }, async (path) => {
    await using file = await host.fs.open(path, 'wx', 0o666);
    let position = 0;
    await body(async (bytes) => {
      await writeAll(file, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), position);
      position += bytes.length;
    });
    await file.sync();
  });
}

async function copyAci(
  host: FileSystem,
  layout: Layout,
  { image: { imageId, size } }: StoreRecord,
  write: WriteBytes,
  signal: AbortSignal,
): Promise<void> {
  const stored = { path: layout.image(imageId), digest: imageId.replace('-', ':'), size };
  for await (const piece of readStored(host, stored, signal)) await write(piece);
}
