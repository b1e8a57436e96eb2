import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runProgram } from '../../server/src/run-program.ts';

/** Runs a script in this Node, as if it were a program of its own. */
const run = (script: string, options: { input?: string; timeout?: number; signal?: AbortSignal } = {}) =>
  runProgram(
    { file: process.execPath, args: ['-e', script], input: '', timeout: 10_000, ...options },
    { GREETING: 'hello', PATH: process.env['PATH'] },
  );

describe('runProgram', () => {
  it('gives a program its input and the environment, and takes its output and exit code', async () => {
    const script = `
      process.stdin.on('data', (data) => process.stdout.write(process.env.GREETING + ' ' + data));
      process.stdin.on('end', () => { process.stderr.write('done'); process.exitCode = 3; });`;
    assert.deepEqual(await run(script, { input: 'world' }), {
      exitCode: 3,
      timedOut: false,
      stdout: 'hello world',
      stderr: 'done',
    });
  });

  it('stands a program that does not read its input', async () => {
    assert.equal((await run('process.stdin.destroy()', { input: 'x'.repeat(1 << 20) })).exitCode, 0);
  });

  it('kills a program that takes too long', async () => {
    const { exitCode, timedOut } = await run('setInterval(() => undefined, 1000)', { timeout: 200 });
    assert.deepEqual([exitCode, timedOut], [null, true]);
  });

  it('kills it when nobody waits any more', async () => {
    const signal = AbortSignal.timeout(200);
    await assert.rejects(run('setInterval(() => undefined, 1000)', { signal }), { name: 'TimeoutError' });
  });

  it('says that a program is not there', async () => {
    const missing = { file: '/nowhere/program', args: [], input: '', timeout: 1000 };
    await assert.rejects(runProgram(missing, {}), { code: 'ENOENT' });
  });
});
