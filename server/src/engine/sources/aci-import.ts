import { wrongIdentifier } from '../../domain/appc-name.ts';
import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import type { RemoteRecord } from '../../domain/record.ts';
import type { ScannedAci } from '../aci/aci-scan.ts';
import type { WorkerPool } from '../aci/worker-pool.ts';
import type { Host } from '../host.ts';
import { readManifest } from '../store/image-manifest.ts';
import type { ImageManifest } from '../store/image-manifest.ts';
import type { Store } from '../store/store.ts';
import { checkExpected } from './expectation.ts';
import type { SignatureOrigin } from './signature.ts';
import type { EarlySignature, Signatures } from './signatures.ts';
import type { SourceContext } from './source.ts';

/** An ACI as it was published, in a file. */
export interface PublishedAci {
  readonly file: string;
  /** Its URL or path, for messages. */
  readonly from: string;
  readonly signature: { readonly origin: SignatureOrigin; readonly early: EarlySignature };
  /** What is to be known about where it came from. */
  readonly remote: Pick<RemoteRecord, 'url' | 'checkedAt' | 'http'>;
}

/** Puts ACIs into the store, after everything about them is verified. */
export class AciImporter {
  readonly #host: Host;
  readonly #store: Store;
  readonly #pool: WorkerPool;
  readonly signatures: Signatures;

  constructor(host: Host, store: Store, pool: WorkerPool, signatures: Signatures) {
    this.#host = host;
    this.#store = store;
    this.#pool = pool;
    this.signatures = signatures;
  }

  /**
   * @returns the image ID
   * @throws LarderError E_DECOMPRESS, E_ARCHIVE, E_TOO_LARGE, E_MANIFEST, E_SIGNATURE_…; and what {@link checkExpected} throws
   */
  async import(aci: PublishedAci, context: SourceContext): Promise<string> {
    const { file, from, signature, remote } = aci;
    const out = await this.#store.tempFile('.aci');
    try {
      const scanned = await this.#unpack({ file, out }, from, context);
      const { imageId, size } = scanned;
      const { name, labels, dependencies } = parseManifest(scanned, from);
      if (context.expected !== undefined)
        checkExpected({ name, labels, imageId, size }, context.expected, from);
      const signed = { name, from, file, signal: context.signal };
      const signers = await this.signatures.verify(signed, signature.origin, signature.early);
      await this.#store.importImage({
        ...{ file: out, imageId, size, manifest: scanned.manifest, name, labels, dependencies, signers },
        latest: context.expected !== undefined && context.expected.named.labels['version'] === undefined,
        remote: { ...remote, imageId, importedAt: this.#host.clock.now(), platform: '', docker: null },
      });
      return imageId;
    } finally {
      // Gone already when it was moved into the store.
      await this.#host.fs.rm(out, { force: true });
    }
  }

  async #unpack(
    files: { file: string; out: string },
    from: string,
    { signal }: SourceContext,
  ): Promise<ScannedAci> {
    try {
      return await this.#pool.run<'unpack'>({ kind: 'unpack', ...files }, [], signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof LarderError)) throw error;
      throw new LarderError(error.code, `${from} was not imported: ${lowerFirst(error.message)}`, error);
    }
  }
}

/** A sentence as it goes on after a colon. */
function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** Of a dependency, which may give it in short. */
const IMAGE_ID = /^sha512-[0-9a-f]{10,128}$/;

function parseManifest({ manifest: text }: ScannedAci, from: string): ImageManifest {
  const refuse = (why: string, cause?: unknown): LarderError =>
    new LarderError(
      'E_MANIFEST',
      `The image from ${from} was refused: its manifest ${why}; tell its publisher.`,
      cause,
    );
  let manifest: ImageManifest;
  try {
    manifest = readManifest(text);
  } catch (error) {
    const words =
      error instanceof SyntaxError ? 'it is not JSON' : error instanceof Error ? error.message : '';
    throw refuse(`cannot be read (${words})`, error);
  }
  const names = [manifest.name, ...manifest.dependencies.map(({ name }) => name)];
  const wrong = names.find((name) => wrongIdentifier(name) !== undefined);
  if (wrong !== undefined) throw refuse(`has the name ${quote(wrong)}, which is no appc name`);
  for (const { name, imageId, size } of manifest.dependencies) {
    if (imageId !== null && !IMAGE_ID.test(imageId))
      throw refuse(`names ${name} by ${quote(imageId)}, which is no image ID`);
    if (size !== null && !(Number.isSafeInteger(size) && size >= 0))
      throw refuse(`gives ${name} a size of ${size}, which is no number of bytes`);
  }
  return manifest;
}
