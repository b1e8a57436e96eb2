import { LarderError } from '../../domain/errors.ts';
import type { Database } from './sqlite.ts';

/**
 * What brings the index from one version of its schema to the next; the position in the list is the version it starts
 * from. Times are milliseconds since the epoch; `labels`, `signers` and `policy` are JSON.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO meta VALUES ('generation', 0);
  CREATE TABLE aciinfo (
    id INTEGER PRIMARY KEY,
    imageid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    labels TEXT NOT NULL,
    size INTEGER NOT NULL,
    importtime INTEGER NOT NULL,
    lastused INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    signers TEXT NOT NULL
  ) STRICT;
  CREATE INDEX aciinfo_name ON aciinfo (name);
  CREATE TABLE remote (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    platform TEXT NOT NULL,
    aci INTEGER NOT NULL REFERENCES aciinfo (id) ON DELETE CASCADE,
    importtime INTEGER NOT NULL,
    checkedat INTEGER,
    http INTEGER NOT NULL,
    etag TEXT,
    lastmodified TEXT,
    freshuntil INTEGER,
    UNIQUE (url, platform)
  ) STRICT;
  CREATE INDEX remote_aci ON remote (aci);
  CREATE TABLE docker (
    remote INTEGER PRIMARY KEY REFERENCES remote (id) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    manifestdigest TEXT NOT NULL,
    configdigest TEXT NOT NULL,
    downloadsize INTEGER NOT NULL,
    movedto TEXT
  ) STRICT;
  CREATE TABLE dependency (
    aci INTEGER NOT NULL REFERENCES aciinfo (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    labels TEXT NOT NULL,
    imageid TEXT,
    size INTEGER,
    PRIMARY KEY (aci, position)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE remote ADD COLUMN policy TEXT;
  `,
];

/** The schema's version that this Larder writes, kept in SQLite's `user_version`. */
export const SCHEMA_VERSION = MIGRATIONS.length;

// Fields of SQLite's file header (sqlite.org/fileformat2.html §1.3).
const MAGIC = 'SQLite format 3\0';
const HEADER_SIZE = 100;
const PAGE_SIZE_AT = 16;
const PAGE_COUNT_AT = 28;
const USER_VERSION_AT = 60;

/**
 * The schema's version of a database, from its header alone; undefined when the bytes are no whole SQLite file. An empty
 * or truncated file is found at once, without a look at every page.
 */
export function versionOf(bytes: Buffer): number | undefined {
  if (bytes.length < HEADER_SIZE || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const pageSize = bytes.readUInt16BE(PAGE_SIZE_AT);
  const expected = bytes.readUInt32BE(PAGE_COUNT_AT) * (pageSize === 1 ? 65_536 : pageSize);
  return expected === bytes.length ? bytes.readUInt32BE(USER_VERSION_AT) : undefined;
}

/** @throws LarderError E_UNSUPPORTED when a newer Larder wrote the index, which is nothing to repair */
export function refuseNewer(version: number, path: string): void {
  if (version <= SCHEMA_VERSION) return;
  throw new LarderError(
    'E_UNSUPPORTED',
    `The index ${path} was written by a newer Larder (schema ${version}, this one knows ${SCHEMA_VERSION}); update Larder, or choose another store.`,
  );
}

/** Brings a database, an empty one too, to {@link SCHEMA_VERSION}. */
export function migrate(db: Database, version: number): void {
  db.run('PRAGMA foreign_keys = ON');
  if (version === SCHEMA_VERSION) return;
  db.run('BEGIN');
  for (const step of MIGRATIONS.slice(version)) db.exec(step);
  db.run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  db.run('COMMIT');
}
