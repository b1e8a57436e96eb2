import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { withDirectory } from '../engine/store/fixture.ts';
import { buildImage } from '../helpers/images.ts';
import { Registry } from '../helpers/registry.ts';

const MAIN = fileURLToPath(new URL('../../server/src/cli/main.ts', import.meta.url));

async function exitCode(child: ChildProcess): Promise<unknown> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

describe('the process of larder', () => {
  it('exits with the code of the command', async () => {
    const child = spawn(process.execPath, [MAIN, 'explain', 'A', '--dir', '/nowhere']);
    const [stderr, code] = await Promise.all([text(child.stderr), exitCode(child)]);
    assert.equal(code, 1);
    assert.match(stderr, /^error: .*\n$/);
  });

  it('ends without a word when nobody reads on', async () => {
    const child = spawn(process.execPath, [MAIN, '--help']);
    child.stdout.destroy();
    const [stderr, code] = await Promise.all([text(child.stderr), exitCode(child)]);
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('exits with 130 when it is interrupted, in good order', () =>
    withDirectory(async (store) => {
      const registry = await new Registry().listen();
      const image = await buildImage({ layers: [{ files: [{ name: 'a', content: 'a' }] }] });
      registry.push('team/app', '1', image);
      registry.misbehave(image.layers[0]?.digest ?? '', { kind: 'hang' });
      const child = spawn(process.execPath, [
        MAIN,
        'fetch',
        '--dir',
        store,
        `docker://${registry.host}/team/app:1`,
      ]);
      while (!registry.requests.some(({ path }) => path.includes('blobs'))) await new Promise(setImmediate);
      child.kill('SIGINT');
      const output = [text(child.stdout), text(child.stderr)] as const;
      const [stdout, stderr, code] = await Promise.all([...output, exitCode(child)]);
      await registry.close();
      assert.deepEqual([code, stdout], [130, '']);
      assert.match(stderr, /^error: The command was cancelled\. \[E_CANCELLED\]\n$/m);
      assert.doesNotMatch(stderr, /^\s+at /m);
    }));
});
