import type { DockerImage, FileImage, HttpImage, IdImage, NameImage } from '../../server/src/domain/image.ts';
import type { DockerCacheData, HttpCacheData, StoreRecord } from '../../server/src/domain/record.ts';

/** Some moment; tests own time. */
export const NOW = Date.UTC(2026, 0, 15, 12);
export const MINUTE = 60_000;

export const IMAGE_ID = `sha512-${'ab'.repeat(64)}`;
export const DIGEST = `sha256:${'cd'.repeat(32)}`;
export const OTHER_DIGEST = `sha256:${'ef'.repeat(32)}`;

export const file: FileImage = { kind: 'file', canonical: 'file:///srv/app.aci', path: '/srv/app.aci' };
export const http: HttpImage = {
  kind: 'http',
  canonical: 'https://example.com/app.aci',
  url: 'https://example.com/app.aci',
};
export const tagged: DockerImage = {
  kind: 'docker',
  canonical: 'docker://registry.example/shop/web:1.4',
  reference: { registry: 'registry.example', repository: 'shop/web', tag: '1.4', digest: undefined },
};
export const pinned: DockerImage = {
  kind: 'docker',
  canonical: `docker://registry.example/shop/web@${DIGEST}`,
  reference: { registry: 'registry.example', repository: 'shop/web', tag: undefined, digest: DIGEST },
};
export const named: NameImage = {
  kind: 'name',
  canonical: 'example.com/app,arch=amd64,os=linux,version=1.0',
  name: 'example.com/app',
  labels: { arch: 'amd64', os: 'linux', version: '1.0' },
};
export const byId: IdImage = { kind: 'id', canonical: IMAGE_ID, id: IMAGE_ID };

const image: StoreRecord['image'] = {
  imageId: IMAGE_ID,
  size: 1000,
  name: 'registry.example/shop/web',
  labels: {},
  importedAt: NOW - 10 * MINUTE,
  lastUsedAt: NOW - MINUTE,
  latest: false,
  signers: [],
};

/** The same, after somebody's signature was checked. */
export function signed(record: StoreRecord): StoreRecord {
  const signers = [
    { fingerprint: '0123456789ABCDEF0123456789ABCDEF01234567', identity: 'Shop <shop@example.com>' },
  ];
  return { ...record, image: { ...record.image, signers } };
}

/** An image that no URL leads to. */
export const bareRecord: StoreRecord = { image, remote: null };

/** What the store holds for {@link tagged}, with `docker` over a current tag checked three minutes ago. */
export function dockerRecord(
  docker: Partial<DockerCacheData> = {},
  checkedAt: number | null = NOW - 3 * MINUTE,
): StoreRecord {
  const current = {
    digest: DIGEST,
    manifestDigest: DIGEST,
    configDigest: DIGEST,
    downloadSize: 400,
    movedTo: null,
  };
  return {
    image,
    remote: remoteRow(tagged.canonical, 'linux/amd64', checkedAt, null, { ...current, ...docker }),
  };
}

/** What the store holds for {@link http}, with `data` over a response without any caching data, got three minutes ago. */
export function httpRecord(data: Partial<HttpCacheData> = {}, checkedAt = NOW - 3 * MINUTE): StoreRecord {
  const none = { etag: null, lastModified: null, freshUntil: null, policy: null };
  return { image, remote: remoteRow(http.url, '', checkedAt, { ...none, ...data }, null) };
}

function remoteRow(
  url: string,
  platform: string,
  checkedAt: number | null,
  http: HttpCacheData | null,
  docker: DockerCacheData | null,
): StoreRecord['remote'] {
  return { url, platform, imageId: IMAGE_ID, importedAt: image.importedAt, checkedAt, http, docker };
}
