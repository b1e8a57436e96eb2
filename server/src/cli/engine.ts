import type { GcReport, GcRequest } from '../engine/care/gc.ts';
import type { RepairReport } from '../engine/care/repair.ts';
import type { Fetched } from '../engine/execute.ts';
import type { ImportRequest } from '../engine/exchange/import.ts';
import type { FetchRequest } from '../engine/fetch.ts';
import type { Prepared, PrepareRequest } from '../engine/prepare/prepare.ts';
import type { Log } from '../engine/host.ts';
import type { ImportedFile, Watch } from '../jobs/job.ts';
import { SETTINGS } from '../settings/settings.ts';
import { networkOf } from './network.ts';
import type { Insecure } from './options.ts';
import type { RegistrySettings } from './registry-flags.ts';

/** The engine as commands use it. */
export interface CommandEngine {
  /** @throws LarderError */
  fetch(request: FetchRequest, watch: Watch): Promise<Fetched>;
  /** @throws LarderError */
  import(request: ImportRequest, watch: Watch): Promise<readonly ImportedFile[]>;
  /** @throws LarderError */
  prepare(request: PrepareRequest, watch: Watch): Promise<Prepared>;
  /** @throws LarderError E_NOT_FOUND, E_IN_USE unless forced */
  remove(imageId: string, force: boolean): Promise<void>;
  /** @throws LarderError */
  gc(request: GcRequest, signal: AbortSignal): Promise<GcReport>;
  /** @throws LarderError */
  repair(signal: AbortSignal): Promise<RepairReport>;
  /** @throws LarderError E_NOT_FOUND */
  removePod(uuid: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the store for writing and an engine on it. Only now are the HTTP client and SQLite loaded.
 * @param root absolute path of the store
 */
export async function openEngine(
  root: string,
  insecure: Insecure,
  registries: RegistrySettings,
  log: Log,
): Promise<CommandEngine> {
  const { openRunner } = await import('../jobs/runner.ts');
  const maxDownloads = SETTINGS.maxDownloads.fallback;
  const runner = await openRunner(
    {
      ...{ storeRoot: root, maxDownloads, network: networkOf(insecure) },
      ...{ insecureHttp: insecure.http, insecureImage: insecure.image },
      ...registries,
      ...{ certificates: [], credentials: {} },
    },
    log,
  );
  const unwatched: Watch = { signal: new AbortController().signal, onProgress: () => undefined };
  return {
    // A job of each kind gives the ResultOf its kind.
    fetch: (request, watch) => runner.run({ kind: 'fetch', ...request }, watch) as Promise<Fetched>,
    import: (request, watch) =>
      runner.run({ kind: 'import', ...request }, watch) as Promise<readonly ImportedFile[]>,
    prepare: (request, watch) => runner.run({ kind: 'prepare', ...request }, watch) as Promise<Prepared>,
    removePod: async (uuid) => {
      await runner.run({ kind: 'remove-pod', uuid }, unwatched);
    },
    remove: async (imageId, force) => {
      await runner.run({ kind: 'remove', imageId, force }, unwatched);
    },
    gc: (request, signal) =>
      runner.run({ kind: 'gc', ...request }, { ...unwatched, signal }) as Promise<GcReport>,
    repair: (signal) => runner.run({ kind: 'repair' }, { ...unwatched, signal }) as Promise<RepairReport>,
    close: () => runner.close(),
  };
}
