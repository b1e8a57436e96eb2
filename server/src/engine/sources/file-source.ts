import { constants } from 'node:fs';
import { LarderError } from '../../domain/errors.ts';
import type { FileImage } from '../../domain/image.ts';
import type { Host } from '../host.ts';
import type { Store } from '../store/store.ts';
import { errnoOf } from '../store/store-error.ts';
import type { AciImporter } from './aci-import.ts';
import { SignatureFile, signaturePath } from './signature.ts';
import type { Obtained, SourceContext } from './source.ts';

/** ACIs in files: imported anew each time, since nobody tells when a file has changed. */
export class FileSource {
  readonly #host: Host;
  readonly #store: Pick<Store, 'tempFile'>;
  readonly #importer: AciImporter;

  constructor(host: Host, store: Pick<Store, 'tempFile'>, importer: AciImporter) {
    this.#host = host;
    this.#store = store;
    this.#importer = importer;
  }

  /** @throws LarderError E_FILE, E_SIGNATURE_MISSING */
  async get({ path, canonical }: FileImage, context: SourceContext): Promise<Obtained> {
    await this.#checkReadable(path);
    const given = context.signature;
    const origin = new SignatureFile(this.#host, given?.kind === 'file' ? given.path : signaturePath(path));
    const early = await this.#importer.signatures.early(origin, context.signal);
    const remote = { url: canonical, checkedAt: this.#host.clock.now(), http: null };
    const aci = { from: path, signature: { origin, early }, remote };
    const importCopy = (file: string): Promise<string> => this.#importer.import({ ...aci, file }, context);
    return { import: () => this.#withCopy(path, importCopy) };
  }

  /** The file is read twice, to unpack it and to verify it: a copy of our own cannot change in between. */
  async #withCopy<T>(path: string, body: (copy: string) => Promise<T>): Promise<T> {
    const copy = await this.#store.tempFile('.aci');
    try {
      await this.#host.fs.copyFile(path, copy, constants.COPYFILE_FICLONE);
      return await body(copy);
    } finally {
      await this.#host.fs.rm(copy, { force: true });
    }
  }

  async #checkReadable(path: string): Promise<void> {
    try {
      const file = await this.#host.fs.open(path, 'r');
      const isFile = (await file.stat()).isFile();
      await file.close();
      if (isFile) return;
    } catch (error) {
      throw new LarderError('E_FILE', `${path} cannot be read: ${reason(error)}.`, error);
    }
    throw new LarderError('E_FILE', `${path} is not a file; name an ACI.`);
  }
}

function reason(error: unknown): string {
  switch (errnoOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'it does not exist; check the path';
    case 'EACCES':
    case 'EPERM':
      return 'permission is denied; make it readable to your user';
    default:
      return `${error instanceof Error ? error.message : String(error)}; check the path`;
  }
}
