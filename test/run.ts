/**
 * Runs a suite of tests: `node test/run.ts unit|protocol`. What node compiles of the sources is kept between runs and processes, which
 * halves what a process or a thread of a test takes to start.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const ROOT = join(import.meta.dirname, '..');
const ROOMS = 'domain,manifest,settings,engine,jobs,features,commands,lsp,cli,client';
/** More than most machines have to spare: one that waits leaves its turn to another, and none is the last for long. */
const SHARDS = 4;
/** Milliseconds, ten minutes: a process that waits in vain is ended then, and says for which test. */
const PATIENCE = 600_000;

/** The arguments of node, for each process. */
const SUITES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  // The files of a shard share one process: to start one for each takes longer than most of them.
  unit: Array.from({ length: SHARDS }, (_, at) => [
    '--test-isolation=none',
    `--test-shard=${at + 1}/${SHARDS}`,
    `test/{${ROOMS}}/**/*.test.ts`,
  ]),
  protocol: [[`--test-concurrency=${availableParallelism()}`, 'test/protocol/**/*.test.ts']],
};

const [, , name = ''] = process.argv;
const suite = SUITES[name];
if (suite === undefined) throw new Error(`"${name}" is none of the suites ${Object.keys(SUITES).join(', ')}`);
const failed = (await Promise.all(suite.map(runTests))).filter((output) => output !== null);
// Last, so that they need not be looked for.
for (const output of failed) process.stdout.write(output);
process.exitCode = failed.length === 0 ? 0 : 1;

/**
 * Prints what the tests say when they have ended, so that nothing is mixed.
 * @returns what they said if one failed
 */
async function runTests(args: readonly string[]): Promise<string | null> {
  const child = spawn(process.execPath, ['--test', ...args], {
    cwd: ROOT,
    timeout: PATIENCE,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/larder'), ...process.env },
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const output = await text(child.stdout);
  if ((await ended) !== 0) return output;
  process.stdout.write(output);
  return null;
}
