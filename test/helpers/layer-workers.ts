import { WorkerPool } from '../../server/src/engine/aci/worker-pool.ts';

/** Shared by all tests: to start a thread takes longer than most of them keep it busy. Nobody closes it; idle threads end with the process. */
export const LAYER_WORKERS = new WorkerPool(2);
