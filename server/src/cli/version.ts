import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version of the package that this file belongs to, bundled or not. */
export function ownVersion(): string {
  const path = findPackageJSON(import.meta.url);
  if (path === undefined) return 'unknown';
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
