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
      const ended = Promise.all([text(child.stdout), text(child.stderr), exitCode(child)]);
      await Promise.race([registry.asked('/blobs/'), ended]);
      child.kill('SIGINT');
      const [stdout, stderr, code] = await ended;
      await registry.close();
      assert.deepEqual([code, stdout], [130, '']);
      assert.match(stderr, /^error: The command was cancelled\. \[E_CANCELLED\]\n$/m);
      assert.doesNotMatch(stderr, /^\s+at /m);
    }));

  it('is the language server with lsp', () =>
    withDirectory(async (home) => {
      const child = spawn(process.execPath, [MAIN, 'lsp'], {
        env: { ...process.env, HOME: home, XDG_DATA_HOME: home },
      });
      const send = (message: object): void => {
        const body = JSON.stringify({ jsonrpc: '2.0', ...message });
        child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      };
      send({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
      send({ id: 2, method: 'shutdown' });
      send({ method: 'exit' });
      const [stdout, code] = await Promise.all([text(child.stdout), exitCode(child)]);
      assert.match(stdout, /"capabilities":\{/);
      assert.equal(code, 0);
    }));
});
