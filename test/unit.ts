/**
 * The unit tests, in two processes side by side. In each the test files share one process: to start one a file takes longer than most
 * of the files.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

const ROOMS = 'domain,manifest,settings,engine,jobs,features,commands,lsp,cli,client';
const SHARDS = 2;

const ended = await Promise.all(Array.from({ length: SHARDS }, (_, at) => runShard(at + 1)));
for (const { output } of ended) process.stdout.write(output);
process.exitCode = ended.every(({ code }) => code === 0) ? 0 : 1;

/** What it says is kept until it has ended, so that nothing is mixed. */
async function runShard(number: number): Promise<{ readonly code: number | null; readonly output: string }> {
  const args = ['--test', '--test-isolation=none', `--test-shard=${number}/${SHARDS}`];
  const child = spawn(process.execPath, [...args, `test/{${ROOMS}}/**/*.test.ts`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const code = new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  const output = await text(child.stdout);
  return { code: await code, output };
}
