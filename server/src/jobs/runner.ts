import type { Log } from '../engine/host.ts';
import { WorkerPool } from '../engine/aci/worker-pool.ts';
import { GarbageCollector } from '../engine/care/gc.ts';
import { removeImage } from '../engine/care/remove-image.ts';
import { Repair } from '../engine/care/repair.ts';
import { Engine } from '../engine/fetch.ts';
import { Pods } from '../engine/prepare/pods.ts';
import { Preparation } from '../engine/prepare/prepare.ts';
import { Trees } from '../engine/render/trees.ts';
import { openSources } from '../engine/sources/sources.ts';
import { openStore } from '../engine/store/store.ts';
import { keystoreDirectories } from '../engine/trust/keystore-directories.ts';
import { Keystore } from '../engine/trust/keystore.ts';
import { OpenpgpVerifier } from '../engine/trust/openpgp-verifier.ts';
import { createHost } from '../host.ts';
import { readAuthorities } from './authorities.ts';
import { importFile } from './import-file.ts';
import type { Job, ResultOf, JobKind, Watch } from './job.ts';
import type { HostLimit } from '../protocol.ts';
import type { EngineConfig } from './messages.ts';
import { TrustJobs } from './trust-jobs.ts';
import type { JobRunner } from './worker-jobs.ts';

/**
 * Opens the store and makes the engine that works on it.
 * @param onLimits told whenever hosts say something else about how often they may be asked
 */
export async function openRunner(
  config: EngineConfig,
  log: Log,
  onLimits: (limits: readonly HostLimit[]) => void = () => undefined,
): Promise<JobRunner> {
  const certificates = await readAuthorities(config.certificates);
  const host = createHost({ log, network: config.network, certificates });
  const store = await openStore(host, config.storeRoot);
  const keystore = new Keystore(host, keystoreDirectories(process.platform, host.env));
  const machine = { platform: process.platform, isRoot: process.getuid?.() === 0 };
  const verifier = new OpenpgpVerifier(host, keystore);
  const pool = new WorkerPool();
  const sources = openSources(host, store, { ...config, ...machine }, verifier, pool);
  sources.limits.onChange(() => onLimits(sources.limits.snapshot()));
  const engine = new Engine(host, store, sources, config.insecureImage);
  const trust = new TrustJobs(host, keystore);
  const pods = new Pods(host, config.storeRoot);
  const trees = new Trees(host, store);
  const preparation = new Preparation(host, store, engine, trees, pods);

  const run = async (job: Job, watch: Watch): Promise<ResultOf[JobKind]> => {
    switch (job.kind) {
      case 'fetch':
        return engine.fetch(job, watch);
      case 'check':
        return (await engine.check(job.image, job.platform, watch.signal)) ?? 'unknown';
      case 'remove':
        await removeImage(store, pods, job.imageId, job.force);
        return null;
      case 'gc':
        return new GarbageCollector(host, store, trees, pods).collect(job, watch.signal);
      case 'repair':
        return new Repair(host, store, { trees, pods }, watch.signal).run();
      case 'import':
        return importFile(engine, sources.archives, job, watch);
      case 'prepare':
        return preparation.prepare(job, watch);
      case 'remove-pod':
        await pods.remove(job.uuid, store);
        return null;
      case 'inspect-keys':
        return trust.inspect(job, watch.signal);
      case 'trust':
        return trust.trust(job);
      case 'sign-in':
        await sources.signIn(job.registry, job, watch.signal);
        return null;
    }
  };
  const close = async (): Promise<void> => {
    await pool.close();
    await sources.close();
    await store.close();
  };
  return { run, close };
}
