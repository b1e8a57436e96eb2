import type { Statement } from 'sql.js';
import { LarderError } from '../../domain/errors.ts';
import type { DockerImage, Image, NameImage } from '../../domain/image.ts';
import type { StoreRecord, StoredImage } from '../../domain/record.ts';
import type { StoreView } from '../../domain/store-view.ts';
import { unusable } from './change.ts';
import type { IndexImage } from './index-image.ts';
import { migrate } from './schema.ts';
import { IMAGE_COLUMNS, REMOTE_COLUMNS, readImage, readRemote } from './rows.ts';
import type { Row } from './rows.ts';
import { scalar } from './sqlite.ts';
import type { Database, Sqlite } from './sqlite.ts';

/** Columns of {@link REMOTE_COLUMNS} come after those of the image. */
const REMOTE_AT = IMAGE_COLUMNS.split(',').length;

const IMAGES_WITH_REMOTE = `
  SELECT ${IMAGE_COLUMNS}, ${REMOTE_COLUMNS} FROM aciinfo a
  LEFT JOIN remote r ON r.id =
    (SELECT id FROM remote WHERE aci = a.id ORDER BY checkedat DESC, importtime DESC LIMIT 1)
  LEFT JOIN docker d ON d.remote = r.id`;

/**
 * Parameters: the canonical URL, the platform, the digest, and between which URLs those of the repository are. What follows a
 * repository is `:` or `@`, and nothing else between these and `A` can: so the index of URLs leads to its few rows. The row of the
 * URL itself comes first, as nobody knows its digests after a rebuild.
 */
const BY_DIGEST = `
  SELECT ${IMAGE_COLUMNS}, ${REMOTE_COLUMNS} FROM remote r
  JOIN aciinfo a ON a.id = r.aci LEFT JOIN docker d ON d.remote = r.id
  WHERE r.id =
    (SELECT r.id FROM remote r LEFT JOIN docker d ON d.remote = r.id
     WHERE r.url >= ?4 AND r.url < ?5 AND r.platform = ?2 AND (r.url = ?1 OR ?3 IN (d.digest, d.manifestdigest))
     ORDER BY r.url = ?1 DESC, r.checkedat DESC LIMIT 1)`;

/** A database opened for reading, with its statements prepared. */
class Queries {
  readonly #db: Database;
  readonly generation: number;
  readonly imageCount: number;
  readonly #byUrl: Statement;
  readonly #byDigest: Statement;
  readonly #byId: Statement;
  readonly #byName: Statement;
  readonly #newestFirst: Statement;
  readonly #byKey = new Map<string, StoreRecord | undefined>();
  readonly #dockerUrls: Statement;
  #images: readonly StoredImage[] | undefined;
  #dockerReferences: readonly string[] | undefined;

  constructor(db: Database) {
    this.#db = db;
    this.generation = scalar(db, "SELECT value FROM meta WHERE key = 'generation'");
    this.imageCount = scalar(db, 'SELECT count(*) FROM aciinfo');
    this.#byUrl = db.prepare(
      `SELECT ${IMAGE_COLUMNS}, ${REMOTE_COLUMNS} FROM remote r
       JOIN aciinfo a ON a.id = r.aci LEFT JOIN docker d ON d.remote = r.id WHERE r.url = ? AND r.platform = ?`,
    );
    this.#byDigest = db.prepare(BY_DIGEST);
    this.#byId = db.prepare(`${IMAGES_WITH_REMOTE} WHERE a.imageid >= ? AND a.imageid < ? LIMIT 2`);
    // appc GetACI: "latest" first where no version is asked, then the most recently imported.
    this.#byName = db.prepare(
      `${IMAGES_WITH_REMOTE} WHERE a.name = ? ORDER BY a.latest AND ? DESC, a.importtime DESC, a.id DESC`,
    );
    this.#newestFirst = db.prepare(
      `SELECT ${IMAGE_COLUMNS} FROM aciinfo a ORDER BY importtime DESC, id DESC`,
    );
    this.#dockerUrls = db.prepare("SELECT DISTINCT url FROM remote WHERE url LIKE 'docker://%' ORDER BY url");
  }

  find(image: Image, platform: string): StoreRecord | undefined {
    switch (image.kind) {
      case 'docker':
        return this.#remember(image.canonical, platform, () => this.#findDocker(image, platform));
      case 'http':
      case 'file':
        return this.#remember(image.canonical, '', () => this.#findUrl(image.canonical, ''));
      case 'name':
        return this.#findName(image);
      case 'id':
        return this.#findId(image.id);
    }
  }

  images(): readonly StoredImage[] {
    this.#images ??= [...rows(this.#newestFirst)].map(readImage);
    return this.#images;
  }

  dockerReferences(): readonly string[] {
    this.#dockerReferences ??= [...rows(this.#dockerUrls)].map(([url]) => String(url));
    return this.#dockerReferences;
  }

  close(): void {
    this.#db.close();
  }

  /** An editor asks for the same images at every keystroke; most of a look-up is the way through WebAssembly. */
  #remember(url: string, platform: string, look: () => StoreRecord | undefined): StoreRecord | undefined {
    const key = `${platform} ${url}`;
    const known = this.#byKey.get(key);
    if (known !== undefined || this.#byKey.has(key)) return known;
    const record = look();
    this.#byKey.set(key, record);
    return record;
  }

  #findUrl(url: string, platform: string): StoreRecord | undefined {
    return recordOf(this.#byUrl.get([url, platform]));
  }

  /** What was fetched by a tag is there by its digests too, of the index and of the platform's manifest. */
  #findDocker({ canonical, reference }: DockerImage, platform: string): StoreRecord | undefined {
    const { registry, repository, digest } = reference;
    if (digest === undefined) return this.#findUrl(canonical, platform);
    const url = `docker://${registry}/${repository}`;
    return recordOf(this.#byDigest.get([canonical, platform, digest, `${url}:`, `${url}A`]));
  }

  #findId(id: string): StoreRecord | undefined {
    // Every continuation of the prefix sorts before the prefix with a letter beyond the hex digits.
    this.#byId.bind([id, `${id}g`]);
    const [first, second] = [...rows(this.#byId)].map(readRecord);
    if (first === undefined || second === undefined) return first;
    throw new LarderError(
      'E_AMBIGUOUS',
      `The image ID ${id} fits several images in the store, among them ${first.image.imageId} and ${second.image.imageId}; write more of its digits.`,
    );
  }

  #findName({ name, labels }: NameImage): StoreRecord | undefined {
    const asked = Object.entries(labels);
    this.#byName.bind([name, Number(labels['version'] === undefined)]);
    for (const row of rows(this.#byName)) {
      const record = readRecord(row);
      if (asked.every(([label, value]) => record.image.labels[label] === value)) return record;
    }
    return undefined;
  }
}

/**
 * Makes views of index images. At most one image is open at a time: a view that is asked after a newer one was opens its
 * own again. So views can be kept and dropped at will, and no memory of SQLite is left behind.
 */
export class Views {
  readonly #sqlite: Sqlite;
  readonly #path: string;
  #open: { readonly image: IndexImage; readonly queries: Queries } | undefined;

  /** @param path of the index, for messages */
  constructor(sqlite: Sqlite, path: string) {
    this.#sqlite = sqlite;
    this.#path = path;
  }

  of(image: IndexImage): StoreView {
    const ask = <T>(question: (queries: Queries) => T): T => {
      try {
        return question(this.#queries(image));
      } catch (error) {
        throw error instanceof LarderError ? error : unusable(error, this.#path);
      }
    };
    return {
      get generation() {
        return ask((queries) => queries.generation);
      },
      get imageCount() {
        return ask((queries) => queries.imageCount);
      },
      find: (wanted, platform) => ask((queries) => queries.find(wanted, platform)),
      images: () => ask((queries) => queries.images()),
      dockerReferences: () => ask((queries) => queries.dockerReferences()),
    };
  }

  close(): void {
    this.#open?.queries.close();
    this.#open = undefined;
  }

  #queries(image: IndexImage): Queries {
    if (this.#open?.image !== image) {
      this.close();
      const db = new this.#sqlite.Database(image.bytes);
      // In memory only: the next change writes the newer version.
      migrate(db, image.version);
      this.#open = { image, queries: new Queries(db) };
    }
    return this.#open.queries;
  }
}

function recordOf(row: Row): StoreRecord | undefined {
  return row.length === 0 ? undefined : readRecord(row);
}

function readRecord(row: Row): StoreRecord {
  const image = readImage(row);
  return { image, remote: readRemote(row, REMOTE_AT, image.imageId) };
}

/** The rows of a bound statement; it is ready for the next use when the last was read or the reader stops. */
function* rows(statement: Statement): Generator<Row> {
  try {
    while (statement.step()) yield statement.get();
  } finally {
    statement.reset();
  }
}
