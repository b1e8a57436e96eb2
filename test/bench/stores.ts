/** Stores of many images, as an index without blobs: written at once, not import by import. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { dirname } from 'node:path';
import { canonicalReference, parseReference } from '../../server/src/domain/reference.ts';
import { Layout } from '../../server/src/engine/store/layout.ts';
import { putImage, putRemote } from '../../server/src/engine/store/rows.ts';
import { migrate } from '../../server/src/engine/store/schema.ts';
import { loadSqlite } from '../../server/src/engine/store/sqlite.ts';

export const PLATFORM = 'linux/amd64';

const HOUR = 3_600_000;
/** Of so many images one has a tag that moved. */
const MOVED_EACH = 100;

/** The n-th image that a store of {@link writeStore} holds. */
export function storedImage(index: number): string {
  return `registry.example/team${index % 50}/app${index}:1.${index % 10}`;
}

/** Writes the index of a store with so many images. */
export async function writeStore(root: string, images: number): Promise<void> {
  const { Database } = await loadSqlite({ fs });
  const db = new Database();
  migrate(db, 0);
  db.run('BEGIN');
  const now = Date.now();
  for (let index = 0; index < images; index++) {
    const reference = storedImage(index);
    const imageId = `sha512-${createHash('sha512').update(reference).digest('hex')}`;
    const digest = `sha256:${createHash('sha256').update(reference).digest('hex')}`;
    const movedTo = index % MOVED_EACH === 0 ? `sha256:${'e'.repeat(64)}` : null;
    const at = now - (index % 24) * HOUR;
    putImage(
      db,
      {
        ...{ imageId, size: 50_000_000, name: reference.replace(/:.*/, '') },
        ...{ labels: { os: 'linux', arch: 'amd64', version: '1' }, importedAt: at, lastUsedAt: at },
        ...{ latest: false, signers: [] },
      },
      [],
    );
    putRemote(db, {
      url: canonicalReference(parseReference(reference)),
      platform: PLATFORM,
      imageId,
      importedAt: at,
      checkedAt: at,
      http: null,
      docker: { digest, manifestDigest: digest, configDigest: digest, downloadSize: 20_000_000, movedTo },
    });
  }
  db.run('COMMIT');
  const { index } = new Layout(root);
  await fs.mkdir(dirname(index), { recursive: true });
  await fs.writeFile(index, db.export());
  db.close();
}
