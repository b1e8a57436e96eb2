import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RemoteRecord } from '../../../server/src/domain/record.ts';
import type { Host } from '../../../server/src/engine/host.ts';
import type { ImageImport, Store } from '../../../server/src/engine/store/store.ts';
import { UNSYNCED_FS } from '../../helpers/unsynced-fs.ts';

export const NOW = Date.UTC(2026, 0, 15, 12);
export const PLATFORM = 'linux/amd64';

/** A host whose clock stands still unless moved, with the warnings it was given. */
export interface TestHost extends Host {
  now: number;
  readonly warnings: string[];
}

export function testHost(overrides: Partial<Host> = {}): TestHost {
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  const host: TestHost = {
    fs: UNSYNCED_FS,
    get net(): Host['net'] {
      throw new Error('the store uses no network');
    },
    netFor: () => {
      throw new Error('the store uses no network');
    },
    run: () => Promise.reject(new Error('no program is run here')),
    clock: {
      now: () => host.now,
      sleep: (ms, signal) => delay(ms, undefined, { signal }),
    },
    random: Math.random,
    env: {},
    log: { debug: ignore, info: ignore, warn: (message) => warnings.push(message), error: ignore },
    now: NOW,
    warnings,
    ...overrides,
  };
  return host;
}

/** A directory for one test, gone after it. */
export async function withDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await fs.mkdtemp(join(tmpdir(), 'larder-store-'));
  try {
    await body(directory);
  } finally {
    await fs.rm(directory, { recursive: true, force: true });
  }
}

export function sha512(bytes: string): string {
  return `sha512-${createHash('sha512').update(bytes).digest('hex')}`;
}

export function sha256(bytes: string | Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The remote row of a docker reference to `registry.example/NAME:1`. */
export function dockerRemote(name: string, imageId: string, more: Partial<RemoteRecord> = {}): RemoteRecord {
  const digest = sha256(name);
  return {
    url: `docker://registry.example/${name}:1`,
    platform: PLATFORM,
    imageId,
    importedAt: NOW,
    checkedAt: NOW,
    http: null,
    docker: { digest, manifestDigest: digest, configDigest: digest, downloadSize: 400, movedTo: null },
    ...more,
  };
}

/** Everything but the file of an import of an image with this content. */
export function imported(content: string, more: Partial<ImageImport> = {}): Omit<ImageImport, 'file'> {
  const name = more.name ?? 'registry.example/app';
  const labels = more.labels ?? { os: 'linux', arch: 'amd64', version: '1' };
  return {
    imageId: sha512(content),
    size: Buffer.byteLength(content),
    manifest: JSON.stringify({
      acKind: 'ImageManifest',
      acVersion: '0.8.11',
      name,
      labels: Object.entries(labels).map(([label, value]) => ({ name: label, value })),
    }),
    name,
    labels,
    latest: false,
    signers: [],
    dependencies: [],
    remote: null,
    ...more,
  };
}

/** Imports an image with this content and returns its ID. */
export async function importImage(
  store: Store,
  content: string,
  more: Partial<ImageImport> = {},
): Promise<string> {
  const file = await store.tempFile('.aci');
  await fs.writeFile(file, content);
  const input = { ...imported(content, more), file };
  await store.importImage(input);
  return input.imageId;
}
