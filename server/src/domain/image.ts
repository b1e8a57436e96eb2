import type { DockerReference } from './reference.ts';

/** An os/arch pair, with the OCI variant where one is meant: `linux/arm64/v8`. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** The kinds of image argument (behaviour.md §1). */
export type ImageKind = 'file' | 'http' | 'docker' | 'name' | 'id';

/** A short name and what it stands for, neither with a tag or a digest. */
export interface ShortNameAlias {
  readonly name: string;
  readonly target: string;
}

interface ImageBase<K extends ImageKind> {
  readonly kind: K;
  /** One spelling for all arguments that mean the same image: the key of the store's `remote` table. */
  readonly canonical: string;
}

export interface FileImage extends ImageBase<'file'> {
  /** Absolute path. */
  readonly path: string;
}
export interface HttpImage extends ImageBase<'http'> {
  readonly url: string;
}
export interface DockerImage extends ImageBase<'docker'> {
  readonly reference: DockerReference;
  /** What its name was resolved by, where that was an alias: the reference is what it stands for. */
  readonly alias?: ShortNameAlias;
}
/** An appc image name with labels, e.g. `coreos.com/etcd:v2.1.1`; labels are sorted by name. */
export interface NameImage extends ImageBase<'name'> {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}
/** An image ID, or a prefix of one of at least ten hex digits. */
export interface IdImage extends ImageBase<'id'> {
  /** `sha512-` and up to 128 hex digits. */
  readonly id: string;
}

export type Image = FileImage | HttpImage | DockerImage | NameImage | IdImage;
