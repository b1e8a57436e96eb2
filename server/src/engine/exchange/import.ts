import { createHash } from 'node:crypto';
import { LarderError } from '../../domain/errors.ts';
import type { Platform } from '../../domain/image.ts';
import type { DockerReference } from '../../domain/reference.ts';
import { canonicalReference } from '../../domain/reference.ts';
import type { WorkerPool } from '../aci/worker-pool.ts';
import type { Host } from '../host.ts';
import type { PolicyFile } from '../policy/policy-file.ts';
import type { SourceContext } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import { errnoOf } from '../store/store-error.ts';
import type { ListedImage } from './archived-image.ts';
import { checkDigest, chooseImages } from './choose-images.ts';
import { convertArchived } from './convert-archived.ts';
import { ARCHIVE_FILE, listDockerArchive } from './docker-import.ts';
import { checkArchivePolicy } from './import-policy.ts';
import type { ArchiveTransport } from './import-policy.ts';
import { LayoutMembers } from './layout-members.ts';
import { MemberReader, refusalOf } from './members.ts';
import type { Members, RefuseArchive } from './members.ts';
import { LAYOUT_FILE, listLayout } from './oci-import.ts';
import { readTar } from './read-tar.ts';

export interface ImportRequest {
  /** Absolute: an OCI image layout, or an archive of one or of `docker save`, compressed or not. */
  readonly path: string;
  /** What to call the image; undefined: as the archive does. */
  readonly reference: DockerReference | undefined;
  readonly platform: Platform;
}

export interface ImportedImage {
  /** `docker://…` */
  readonly reference: string;
  /** Full image ID. */
  readonly imageId: string;
}

/** What an archive turned out to be. */
interface Opened {
  readonly transport: ArchiveTransport;
  readonly images: readonly ListedImage[];
}

/** Puts docker images into the store that come in files instead of from registries. */
export class ArchiveImporter {
  readonly #host: Host;
  readonly #store: Store;
  readonly #pool: WorkerPool;
  readonly #policy: Pick<PolicyFile, 'read'>;

  constructor(host: Host, store: Store, pool: WorkerPool, policy: Pick<PolicyFile, 'read'>) {
    this.#host = host;
    this.#store = store;
    this.#pool = pool;
    this.#policy = policy;
  }

  /**
   * Imports the images of an archive. Each is converted as a pull converts it, so that it is the same image.
   * @returns undefined when it is an ACI, which is imported as any file is
   * @throws LarderError E_FILE, E_ARCHIVE, E_MANIFEST, E_DIGEST, E_SIZE, E_TOO_LARGE, E_DECOMPRESS, E_UNSUPPORTED, E_PLATFORM,
   *   E_POLICY, E_REF, E_USAGE; nothing of a refused image stays
   */
  async import(
    { path, reference, platform }: ImportRequest,
    { signal, onProgress }: Pick<SourceContext, 'signal' | 'onProgress'>,
  ): Promise<readonly ImportedImage[] | undefined> {
    const refuse = refusalOf(path);
    const spool = await this.#store.tempFile('.tar');
    try {
      const opened = await this.#open({ path, spool, refuse, signal });
      if (opened === undefined) return undefined;
      const accept = (): Promise<void> =>
        checkArchivePolicy(this.#host, this.#policy, { transport: opened.transport, path });
      const imported: ImportedImage[] = [];
      for (const chosen of chooseImages(opened.images, reference, refuse)) {
        const image = await chosen.image.read(platform, accept);
        checkDigest(chosen.reference, [image.digest, image.manifestDigest], refuse);
        const task = { image, reference: chosen.reference, platform, refuse };
        const parts = { host: this.#host, store: this.#store, pool: this.#pool };
        const name = createHash('sha256').update(path).digest('hex').slice(0, 32);
        const imageId = await this.#store.whileGetting(name, signal, () =>
          convertArchived(task, parts, { signal, onProgress }),
        );
        imported.push({ reference: canonicalReference(chosen.reference), imageId });
      }
      return imported;
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof LarderError || errnoOf(error) === undefined ? error : unreadable(error, refuse);
    } finally {
      await this.#host.fs.rm(spool, { force: true });
    }
  }

  async #open({ path, spool, refuse, signal }: OpenInput): Promise<Opened | undefined> {
    const host = this.#host;
    const readerOf = (members: Members): MemberReader => new MemberReader(host, members, refuse, signal);
    const stat = await host.fs.stat(path);
    if (stat.isDirectory()) {
      const members = new LayoutMembers(host, path);
      if ((await members.find(LAYOUT_FILE)) === undefined)
        throw refuse(`it is a directory without ${LAYOUT_FILE}, so it is no OCI image layout`);
      return { transport: 'oci', images: await listLayout(readerOf(members), path) };
    }
    if (!stat.isFile()) throw refuse('it is neither a file nor a directory', 'E_FILE');
    const members = await readTar({ host, path, spool, refuse, signal });
    if (members.isAci) return undefined;
    const reader = readerOf(members);
    // Archives of newer dockers are both; only the layout has the digest of every part.
    if ((await members.find(LAYOUT_FILE)) !== undefined)
      return { transport: 'oci-archive', images: await listLayout(reader, path) };
    if ((await members.find(ARCHIVE_FILE)) === undefined)
      throw refuse('it is no ACI, no OCI image layout and no archive of docker save');
    return { transport: 'docker-archive', images: await listDockerArchive({ host, reader, path, signal }) };
  }
}

interface OpenInput {
  readonly path: string;
  readonly spool: string;
  readonly refuse: RefuseArchive;
  readonly signal: AbortSignal;
}

function unreadable(error: unknown, refuse: RefuseArchive): unknown {
  switch (errnoOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return refuse('it does not exist; check the path', 'E_FILE');
    case 'EACCES':
    case 'EPERM':
      return refuse('permission is denied; make it readable to your user', 'E_FILE');
    default:
      return refuse(`the system answered ${errnoOf(error) ?? ''}; check the path and the disk`, 'E_FILE');
  }
}
