import { createRequire } from 'node:module';
import type { Database, SqlJsStatic } from 'sql.js';
import type { Host } from '../host.ts';

export type { Database } from 'sql.js';

/** SQLite itself, over images of databases in memory. */
export type Sqlite = SqlJsStatic;

/**
 * Loads SQLite (sql.js), on first use only: it costs more than the rest of a cold start together.
 * A bundle has the WebAssembly beside it, or above it for a chunk in `dist/chunks`; the sources take it from the package.
 */
export async function loadSqlite({ fs }: Pick<Host, 'fs'>): Promise<Sqlite> {
  const { default: initSqlJs } = await import('sql.js');
  const here = import.meta.url;
  const wasm = await fs
    .readFile(new URL('./sql-wasm.wasm', here))
    .catch(() => fs.readFile(new URL('../sql-wasm.wasm', here)))
    .catch(() => fs.readFile(createRequire(here).resolve('sql.js/dist/sql-wasm.wasm')));
  return initSqlJs({ wasmBinary: Uint8Array.from(wasm).buffer });
}

/** The one value of a query that has one. */
export function scalar(db: Database, sql: string): number {
  const value = db.exec(sql)[0]?.values[0]?.[0];
  if (typeof value !== 'number') throw new Error(`no number from: ${sql}`);
  return value;
}
