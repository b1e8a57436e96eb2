/** What the store knows, as plain values. Times are milliseconds since the epoch; sizes are bytes. */

/** Whoever signed an image and was trusted for it when it was imported. */
export interface Signer {
  readonly fingerprint: string;
  readonly identity: string;
}

/** An image (an ACI) in the store. */
export interface StoredImage {
  /** `sha512-` and 128 hex digits: the SHA-512 of the uncompressed ACI. */
  readonly imageId: string;
  /** Size of the uncompressed ACI. */
  readonly size: number;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly importedAt: number;
  readonly lastUsedAt: number;
  /** Discovered without a version, i.e. imported as "latest" (appc GetACI). */
  readonly latest: boolean;
  /** Empty when nobody's signature was checked. */
  readonly signers: readonly Signer[];
}

/** HTTP caching data of the last response for a URL (RFC 9111). */
export interface HttpCacheData {
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** When the response stops being fresh; `null` when it carried no freshness information at all. */
  readonly freshUntil: number | null;
  /** The response's headers in the HTTP cache's own form (JSON), which a 304 updates; `null` when they must not be kept. */
  readonly policy: string | null;
}

/** What a registry said last about a reference. */
export interface DockerCacheData {
  /** Digest the registry answers for the reference: of the index where there is one, else of the manifest. */
  readonly digest: string;
  /** Digest of the chosen platform's manifest. */
  readonly manifestDigest: string;
  /** Docker's "image ID": the digest of the image's configuration. */
  readonly configDigest: string;
  /** Sum of the layers' sizes as the registry serves them. */
  readonly downloadSize: number;
  /** Set when a check saw another digest than {@link digest} and nothing has been fetched since. */
  readonly movedTo: string | null;
}

/** A row of the `remote` table: which image a URL gave, and what is known about its freshness. */
export interface RemoteRecord {
  /** Canonical URL (`docker://…`, `https://…`). */
  readonly url: string;
  /** `os/arch[/variant]` for docker, empty for http. */
  readonly platform: string;
  readonly imageId: string;
  readonly importedAt: number;
  /** When the remote last answered; `null` when nobody knows: after a rebuild of the index, and for an image from a file. */
  readonly checkedAt: number | null;
  readonly http: HttpCacheData | null;
  readonly docker: DockerCacheData | null;
}

/** What the store holds for one image argument. */
export interface StoreRecord {
  readonly image: StoredImage;
  /** Absent for an image found by ID or name that no URL row leads to. */
  readonly remote: RemoteRecord | null;
}
