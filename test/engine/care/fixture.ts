/** A store with what can be got from a registry, pods prepared from it, and those who look after it. */
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GarbageCollector } from '../../../server/src/engine/care/gc.ts';
import type { GcReport, GcRequest } from '../../../server/src/engine/care/gc.ts';
import { Repair } from '../../../server/src/engine/care/repair.ts';
import type { RepairReport } from '../../../server/src/engine/care/repair.ts';
import { Pods } from '../../../server/src/engine/prepare/pods.ts';
import { Preparation } from '../../../server/src/engine/prepare/prepare.ts';
import type { Prepared } from '../../../server/src/engine/prepare/prepare.ts';
import { Trees } from '../../../server/src/engine/render/trees.ts';
import { blobFiles } from '../../../server/src/engine/store/blob-files.ts';
import { Layout } from '../../../server/src/engine/store/layout.ts';
import type { Image } from '../../../server/src/domain/image.ts';
import { buildImage } from '../../helpers/images.ts';
import type { TestImage } from '../../helpers/images.ts';
import { AMD64, openEngineFixture } from '../engine-fixture.ts';
import type { EngineFixture } from '../engine-fixture.ts';

export const NEVER = new AbortController().signal;
const WATCH = { signal: NEVER, onProgress: (): void => undefined };
export const HOUR = 60 * 60 * 1000;

const shared = { files: [{ name: 'base', content: 'what both have' }] };
const imageWith = (name: string): Promise<TestImage> =>
  buildImage({ layers: [shared, { files: [{ name, content: name }] }], config: { Cmd: [`/${name}`] } });
export const WEB = await imageWith('web');
export const API = await imageWith('api');

type Asks = 'fetch' | 'get' | 'image' | 'parse' | 'record';

export interface Care extends Omit<EngineFixture, Asks> {
  readonly fetch: EngineFixture['fetch'];
  readonly get: EngineFixture['get'];
  readonly image: EngineFixture['image'];
  readonly parse: EngineFixture['parse'];
  readonly record: EngineFixture['record'];
  readonly layout: Layout;
  readonly pods: Pods;
  readonly trees: Trees;
  readonly preparation: Preparation;
  readonly gc: (request?: Partial<GcRequest>, signal?: AbortSignal) => Promise<GcReport>;
  readonly repair: () => Promise<RepairReport>;
  /** Prepares a pod of `shop/NAME:1` of the registry. */
  readonly prepare: (...names: string[]) => Promise<Prepared>;
  /** `sha512-…` and `sha256:…` of all that lies among the blobs. */
  readonly blobs: () => Promise<string[]>;
  /** Writes a file that was last written then, in milliseconds since the epoch. */
  readonly writeOld: (path: string, content: string, at: number) => Promise<void>;
}

/** With `shop/web:1` and `shop/api:1` in the registry; all files that are in the store are as old as the clock of the host says. */
export async function withCare(body: (care: Care) => Promise<void>): Promise<void> {
  await using fixture = await openEngineFixture();
  const { host, store, engine, registry } = fixture;
  // Files have the time of the system, so the clock must have it too.
  host.now = Date.now();
  registry.push('shop/web', '1', WEB);
  registry.push('shop/api', '1', API);
  const layout = new Layout(store.root);
  const [pods, trees] = [new Pods(host, store.root), new Trees(host, store)];
  const preparation = new Preparation(host, store, engine, trees, pods);
  await body({
    ...fixture,
    ...{ layout, pods, trees, preparation },
    gc: (request = {}, signal = NEVER) =>
      new GarbageCollector(host, store, trees, pods).collect(
        { gracePeriod: 0, dryRun: false, keep: [], platform: AMD64, ...request },
        signal,
      ),
    repair: () => new Repair(host, store, { trees, pods }, NEVER).run(),
    prepare: (...names) => {
      const images = names.map((name) => {
        const image: Image = fixture.image(`shop/${name}:1`);
        return { name, image, modes: ['default'] as const, noCache: false };
      });
      const from = names.join(' ');
      return preparation.prepare({ source: { kind: 'images' }, from, images, platform: AMD64 }, WATCH);
    },
    blobs: async () => {
      const found: string[] = [];
      for await (const { name } of blobFiles(host.fs, layout)) found.push(name);
      return found;
    },
    writeOld: async (path, content, at) => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      await utimes(path, at / 1000, at / 1000);
    },
  });
}

/** As the file of a blob is named. */
export function fileOf(digest: string): string {
  return digest.replace(':', '-');
}

/** All blobs of an image, as their files are named. */
export function filesOf({ manifests, blobs }: TestImage): string[] {
  return [...manifests, ...blobs].map(({ digest }) => fileOf(digest));
}
