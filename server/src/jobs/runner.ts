import type { Log } from '../engine/host.ts';
import { Engine } from '../engine/fetch.ts';
import { openSources } from '../engine/sources/sources.ts';
import { openStore } from '../engine/store/store.ts';
import { keystoreDirectories } from '../engine/trust/keystore-directories.ts';
import { Keystore } from '../engine/trust/keystore.ts';
import { OpenpgpVerifier } from '../engine/trust/openpgp-verifier.ts';
import { createHost } from '../host.ts';
import type { Job, ResultOf, JobKind, Watch } from './job.ts';
import type { EngineConfig } from './messages.ts';
import { TrustJobs } from './trust-jobs.ts';
import type { JobRunner } from './worker-jobs.ts';

/** Opens the store and makes the engine that works on it. */
export async function openRunner(config: EngineConfig, log: Log): Promise<JobRunner> {
  const host = createHost({ log, network: config.network });
  const store = await openStore(host, config.storeRoot);
  const keystore = new Keystore(host, keystoreDirectories(process.platform, host.env));
  const sources = openSources(host, store, config, new OpenpgpVerifier(host, keystore));
  const engine = new Engine(host, store, sources, config.insecureImage);
  const trust = new TrustJobs(host, keystore);

  const run = async (job: Job, watch: Watch): Promise<ResultOf[JobKind]> => {
    switch (job.kind) {
      case 'fetch':
        return engine.fetch(job, watch);
      case 'check':
        return (await engine.check(job.image, job.platform, watch.signal)) ?? 'unknown';
      case 'remove':
        await store.removeImage(job.imageId);
        return null;
      case 'inspect-keys':
        return trust.inspect(job, watch.signal);
      case 'trust':
        return trust.trust(job);
    }
  };
  const close = async (): Promise<void> => {
    await sources.close();
    await store.close();
  };
  return { run, close };
}
