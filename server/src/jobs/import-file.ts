import { LarderError } from '../domain/errors.ts';
import { fileUrl } from '../domain/file-path.ts';
import type { ArchiveImporter, ImportRequest } from '../engine/exchange/import.ts';
import type { Engine } from '../engine/fetch.ts';
import type { ImportedFile, Watch } from './job.ts';

/**
 * Imports whatever is in a file: docker images, or an ACI, which is fetched as the image argument that its path is.
 * @throws LarderError as ArchiveImporter and Engine
 */
export async function importFile(
  engine: Pick<Engine, 'fetch'>,
  archives: Pick<ArchiveImporter, 'import'>,
  request: ImportRequest,
  watch: Watch,
): Promise<readonly ImportedFile[]> {
  const images = await archives.import(request, watch);
  if (images !== undefined) return images;
  const { path, platform, reference } = request;
  if (reference !== undefined) {
    throw new LarderError(
      'E_USAGE',
      `${path} was not imported: it is an ACI, which has its name in it; import it without --reference.`,
    );
  }
  const image = { kind: 'file', canonical: fileUrl(path), path } as const;
  const { imageId } = await engine.fetch({ image, mode: 'default', noCache: false, platform }, watch);
  return [{ reference: null, imageId }];
}
