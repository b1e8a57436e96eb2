import { join } from 'node:path';
import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';

/** Digest algorithms that the store keeps blobs by (behaviour.md §8), and the number of hex digits of each. */
const HEX_DIGITS: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

const DIGEST = /^(sha256|sha512):([0-9a-f]+)$/;
const IMAGE_ID = /^sha512-[0-9a-f]{128}$/;
const TREE_KEY = IMAGE_ID;
const MANIFEST_SUFFIX = '.json';

/**
 * Where everything in a store is (behaviour.md §8). Digests and image IDs come from registries and command lines, so
 * nothing becomes part of a path before its whole form is checked.
 */
export class Layout {
  readonly root: string;
  readonly index: string;
  readonly manifests: string;
  /** Unfinished downloads and temporary files: on the same file system as everything they are renamed to. */
  readonly partial: string;
  readonly prepared: string;
  /** Rendered trees, which prepared pods share. */
  readonly trees: string;
  readonly locks: string;

  /** @param root absolute path of the store */
  constructor(root: string) {
    this.root = root;
    this.index = join(root, 'index.sqlite');
    this.manifests = join(root, 'manifest');
    this.partial = join(root, 'partial');
    this.prepared = join(root, 'pods', 'prepared');
    this.trees = join(root, 'tree');
    this.locks = join(root, 'locks');
  }

  get directories(): readonly string[] {
    const blobs = join(this.root, 'blob');
    return [this.root, blobs, this.manifests, this.partial, this.prepared, this.trees, this.locks];
  }

  /**
   * `blob/sha256/ab/sha256-ab…`
   * @param digest `sha256:` or `sha512:` and lower-case hex digits
   * @throws LarderError E_DIGEST
   */
  blob(digest: string): string {
    const [, algorithm = '', hex = ''] = DIGEST.exec(digest) ?? [];
    if (hex === '' || hex.length !== HEX_DIGITS[algorithm]) {
      throw new LarderError(
        'E_DIGEST',
        `${quote(digest)} cannot name a blob: a digest is sha256 with 64 or sha512 with 128 lower-case hex digits.`,
      );
    }
    return join(this.root, 'blob', algorithm, hex.slice(0, 2), `${algorithm}-${hex}`);
  }

  /**
   * Path of the uncompressed ACI: `blob/sha512/ab/sha512-ab…`
   * @throws LarderError E_REF
   */
  image(imageId: string): string {
    return this.blob(checkImageId(imageId).replace('-', ':'));
  }

  /**
   * Path of the image manifest, JSON.
   * @throws LarderError E_REF
   */
  manifest(imageId: string): string {
    return join(this.manifests, checkImageId(imageId) + MANIFEST_SUFFIX);
  }

  /**
   * Directory of a rendered tree: `tree/sha512-ab…`
   * @param key as `treeKey` makes it
   */
  tree(key: string): string {
    if (!isTreeKey(key)) throw new Error(`${quote(key)} is no key of a tree`);
    return join(this.trees, key);
  }
}

/** The image ID a file in `manifest/` belongs to; undefined for anything else that lies there. */
export function imageIdOfManifest(fileName: string): string | undefined {
  if (!fileName.endsWith(MANIFEST_SUFFIX)) return undefined;
  const imageId = fileName.slice(0, -MANIFEST_SUFFIX.length);
  return IMAGE_ID.test(imageId) ? imageId : undefined;
}

/** Whether a file name in `tree/` is that of a tree. */
export function isTreeKey(name: string): boolean {
  return TREE_KEY.test(name);
}

function checkImageId(imageId: string): string {
  if (IMAGE_ID.test(imageId)) return imageId;
  throw new LarderError(
    'E_REF',
    `${quote(imageId)} is not a full image ID: it is sha512- and 128 lower-case hex digits, as larder image list --json prints it.`,
  );
}
