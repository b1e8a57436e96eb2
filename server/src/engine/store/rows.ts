import type { SqlValue } from 'sql.js';
import type { RemoteRecord, Signer, StoredImage } from '../../domain/record.ts';
import type { Database } from './sqlite.ts';

/** An image that another one is made on (appc ImageManifest, `dependencies`). */
export interface Dependency {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly imageId: string | null;
  /** Size of the dependency's uncompressed ACI in bytes. */
  readonly size: number | null;
}

/** Columns of {@link readImage}, in its order. */
export const IMAGE_COLUMNS =
  'a.imageid, a.size, a.name, a.labels, a.importtime, a.lastused, a.latest, a.signers';

/** Columns of {@link readRemote}, in its order. */
export const REMOTE_COLUMNS =
  'r.url, r.platform, r.importtime, r.checkedat, r.http, r.etag, r.lastmodified, r.freshuntil, r.policy, ' +
  'd.digest, d.manifestdigest, d.configdigest, d.downloadsize, d.movedto';

export type Row = readonly SqlValue[];

export function readImage(row: Row): StoredImage {
  return {
    imageId: text(row[0]),
    size: integer(row[1]),
    name: text(row[2]),
    labels: JSON.parse(text(row[3])) as StoredImage['labels'],
    importedAt: integer(row[4]),
    lastUsedAt: integer(row[5]),
    latest: row[6] === 1,
    signers: JSON.parse(text(row[7])) as Signer[],
  };
}

/**
 * @param at where the columns of {@link REMOTE_COLUMNS} begin
 * @param imageId the image that the row leads to
 */
export function readRemote(row: Row, at: number, imageId: string): RemoteRecord | null {
  const [url, platform, importedAt, checkedAt, http, etag, lastModified, freshUntil, policy, ...docker] =
    row.slice(at);
  if (url === null || url === undefined) return null;
  const [digest, manifestDigest, configDigest, downloadSize, movedTo] = docker;
  return {
    url: text(url),
    platform: text(platform),
    imageId,
    importedAt: integer(importedAt),
    checkedAt: orNull(integer, checkedAt),
    http:
      http === 1
        ? {
            etag: orNull(text, etag),
            lastModified: orNull(text, lastModified),
            freshUntil: orNull(integer, freshUntil),
            policy: orNull(text, policy),
          }
        : null,
    docker:
      digest === null
        ? null
        : {
            digest: text(digest),
            manifestDigest: text(manifestDigest),
            configDigest: text(configDigest),
            downloadSize: integer(downloadSize),
            movedTo: orNull(text, movedTo),
          },
  };
}

/** Adds an image, or imports it anew: what was verified about the same bytes before stays true. */
export function putImage(db: Database, image: StoredImage, dependencies: readonly Dependency[]): void {
  db.run(
    `INSERT INTO aciinfo (imageid, size, name, labels, importtime, lastused, latest, signers)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (imageid) DO UPDATE SET
       size = excluded.size, name = excluded.name, labels = excluded.labels, importtime = excluded.importtime,
       lastused = excluded.lastused, latest = excluded.latest,
       signers = iif(excluded.signers = '[]', signers, excluded.signers)`,
    [
      image.imageId,
      image.size,
      image.name,
      JSON.stringify(image.labels),
      image.importedAt,
      image.lastUsedAt,
      Number(image.latest),
      JSON.stringify(image.signers),
    ],
  );
  const aci = '(SELECT id FROM aciinfo WHERE imageid = ?)';
  db.run(`DELETE FROM dependency WHERE aci = ${aci}`, [image.imageId]);
  for (const [position, { name, labels, imageId, size }] of dependencies.entries()) {
    db.run(
      `INSERT INTO dependency (aci, position, name, labels, imageid, size) VALUES (${aci}, ?, ?, ?, ?, ?)`,
      [image.imageId, position, name, JSON.stringify(labels), imageId, size],
    );
  }
}

/** Adds or replaces what is known about a URL; nothing changes when its image is not in the store (any more). */
export function putRemote(db: Database, remote: RemoteRecord): void {
  const { url, platform, http, docker } = remote;
  if (docker !== null) keepByDigest(db, url, platform, docker.digest);
  db.run(
    `INSERT INTO remote (aci, url, platform, importtime, checkedat, http, etag, lastmodified, freshuntil, policy)
     SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM aciinfo WHERE imageid = ?
     ON CONFLICT (url, platform) DO UPDATE SET
       aci = excluded.aci, importtime = excluded.importtime, checkedat = excluded.checkedat, http = excluded.http,
       etag = excluded.etag, lastmodified = excluded.lastmodified, freshuntil = excluded.freshuntil,
       policy = excluded.policy`,
    [
      url,
      platform,
      remote.importedAt,
      remote.checkedAt,
      Number(http !== null),
      http?.etag ?? null,
      http?.lastModified ?? null,
      http?.freshUntil ?? null,
      http?.policy ?? null,
      remote.imageId,
    ],
  );
  if (db.getRowsModified() > 0) putDocker(db, url, platform, docker);
}

/** What a tag has meant until now stays known by its digest, for manifests that are pinned to it; for as long as the image is there. */
function keepByDigest(db: Database, url: string, platform: string, newDigest: string): void {
  const [, repository] = /^(docker:[^@]+):[^:/@]+$/.exec(url) ?? [];
  if (repository === undefined) return;
  db.run(
    `INSERT OR IGNORE INTO remote (aci, url, platform, importtime, checkedat, http)
     SELECT r.aci, ? || '@' || d.digest, r.platform, r.importtime, r.checkedat, r.http
     FROM remote r JOIN docker d ON d.remote = r.id WHERE r.url = ? AND r.platform = ? AND d.digest <> ?`,
    [repository, url, platform, newDigest],
  );
  if (db.getRowsModified() === 0) return;
  db.run(
    `INSERT INTO docker (remote, digest, manifestdigest, configdigest, downloadsize, movedto)
     SELECT last_insert_rowid(), d.digest, d.manifestdigest, d.configdigest, d.downloadsize, NULL
     FROM remote r JOIN docker d ON d.remote = r.id WHERE r.url = ? AND r.platform = ?`,
    [url, platform],
  );
}

function putDocker(db: Database, url: string, platform: string, docker: RemoteRecord['docker']): void {
  const remote = '(SELECT id FROM remote WHERE url = ? AND platform = ?)';
  db.run(`DELETE FROM docker WHERE remote = ${remote}`, [url, platform]);
  if (docker === null) return;
  const { digest, manifestDigest, configDigest, downloadSize, movedTo } = docker;
  db.run(
    `INSERT INTO docker (remote, digest, manifestdigest, configdigest, downloadsize, movedto)
     VALUES (${remote}, ?, ?, ?, ?, ?)`,
    [url, platform, digest, manifestDigest, configDigest, downloadSize, movedTo],
  );
}

/** Notes that an image was used; what another process noted later stays. */
export function touchImage(db: Database, imageId: string, now: number): void {
  db.run('UPDATE aciinfo SET lastused = ? WHERE imageid = ? AND lastused < ?', [now, imageId, now]);
}

/**
 * @param unusedSince keeps it when it was used at that time or later, in milliseconds since the epoch
 * @returns whether it was there and went; what belongs to it goes with it
 */
export function deleteImage(
  db: Database,
  imageId: string,
  unusedSince: number = Number.MAX_SAFE_INTEGER,
): boolean {
  db.run('DELETE FROM aciinfo WHERE imageid = ? AND lastused < ?', [imageId, unusedSince]);
  return db.getRowsModified() > 0;
}

/** What a stored image was converted from. */
export interface ConvertedFrom {
  readonly imageId: string;
  /** Digests of the manifest and, where there is one, of the index that led to it. */
  readonly manifests: readonly string[];
  readonly configDigest: string;
}

/** What all docker images were converted from, by every reference that leads to them. */
export function convertedFrom(db: Database): ConvertedFrom[] {
  const found = db.exec(
    `SELECT a.imageid, d.digest, d.manifestdigest, d.configdigest FROM docker d
     JOIN remote r ON r.id = d.remote JOIN aciinfo a ON a.id = r.aci`,
  );
  return (found[0]?.values ?? []).map(([imageId, digest, manifestDigest, configDigest]) => ({
    imageId: text(imageId),
    manifests: [text(digest), text(manifestDigest)],
    configDigest: text(configDigest),
  }));
}

/** Whether anything is known about a URL. */
export function hasRemote(db: Database, { url, platform }: Pick<RemoteRecord, 'url' | 'platform'>): boolean {
  return db.exec('SELECT 1 FROM remote WHERE url = ? AND platform = ?', [url, platform]).length > 0;
}

export function hasImage(db: Database, imageId: string): boolean {
  return db.exec('SELECT 1 FROM aciinfo WHERE imageid = ?', [imageId]).length > 0;
}

function text(value: SqlValue | undefined): string {
  if (typeof value !== 'string') throw new TypeError(`the index holds ${typeof value} where text belongs`);
  return value;
}

function integer(value: SqlValue | undefined): number {
  if (typeof value !== 'number')
    throw new TypeError(`the index holds ${typeof value} where a number belongs`);
  return value;
}

function orNull<T>(read: (value: SqlValue) => T, value: SqlValue | undefined): T | null {
  return value === null || value === undefined ? null : read(value);
}
