/** Small ACIs, as a publisher makes them. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { archive } from '../engine/aci/archives.ts';

export interface AciOptions {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the one file in it. */
  readonly content?: string;
  readonly dependencies?: readonly object[];
  /** How it is run; absent: not at all. */
  readonly app?: object;
}

export interface TestAci {
  /** Not compressed. */
  readonly bytes: Buffer;
  /** As it is published. */
  readonly gzip: Buffer;
  readonly imageId: string;
  readonly manifest: string;
}

export function buildAci({
  name = 'example.com/app',
  labels = { version: '1', os: 'linux', arch: 'amd64' },
  content = 'content',
  dependencies = [],
  app,
}: AciOptions = {}): TestAci {
  const manifest = JSON.stringify({
    acKind: 'ImageManifest',
    acVersion: '0.8.11',
    name,
    labels: Object.entries(labels).map(([label, value]) => ({ name: label, value })),
    ...(dependencies.length === 0 ? {} : { dependencies }),
    app,
  });
  const bytes = archive(
    [{ name: 'manifest' }, manifest],
    [{ name: 'rootfs/', type: 'directory', mode: 0o755 }],
    [{ name: 'rootfs/file' }, content],
  );
  return { bytes, gzip: gzipSync(bytes), imageId: imageIdOf(bytes), manifest };
}

export function imageIdOf(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('hex')}`;
}
