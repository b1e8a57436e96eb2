/** Entry point of a worker thread: runs one task after the other and answers each. */
import { parentPort } from 'node:worker_threads';
import { LarderError } from '../../domain/errors.ts';
import { scanAci } from './aci-scan.ts';
import type { LayerTasks, PackedLayer } from './layer-task.ts';
import { runScan, runWrite } from './layer-task.ts';
import type { WorkerAnswer } from './worker-pool.ts';

type Task = LayerTasks[keyof LayerTasks]['task'];

const port = parentPort;
if (port === null) throw new Error('layer-worker runs as a worker thread only');

port.on('message', (task: Task) => {
  void answer(task).then(({ message, transfer }) => {
    port.postMessage(message, transfer);
  });
});

async function answer(task: Task): Promise<{ message: WorkerAnswer; transfer: ArrayBuffer[] }> {
  try {
    if (task.kind === 'unpack') return { message: { result: await scanAci(task) }, transfer: [] };
    if (task.kind === 'write') return { message: { result: await runWrite(task) }, transfer: [] };
    const result: PackedLayer = await runScan(task);
    return { message: { result }, transfer: [result.listing.buffer] };
  } catch (error) {
    return { message: { error: describe(error) }, transfer: [] };
  }
}

function describe(error: unknown): NonNullable<WorkerAnswer['error']> {
  if (error instanceof LarderError) return { code: error.code, message: error.message };
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      code: 'E_NO_SPACE',
      message: 'There is no space left for converting the image; free some, or set another store directory.',
    };
  }
  if (code?.startsWith('E') === true && !code.startsWith('ERR_')) {
    return {
      code: 'E_STORE_IO',
      message: `The image could not be converted, because the store could not be read or written: ${message}.`,
    };
  }
  return { code: 'E_INTERNAL', message: `Larder failed unexpectedly while converting an image: ${message}.` };
}
