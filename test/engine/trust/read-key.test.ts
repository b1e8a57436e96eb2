import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { HttpClient } from '../../../server/src/engine/http/http-client.ts';
import { KEY_LIMIT } from '../../../server/src/engine/trust/public-keys.ts';
import { downloadKey, readKeyFile } from '../../../server/src/engine/trust/read-key.ts';
import { networkHost } from '../../helpers/network-host.ts';
import { withDirectory } from '../store/fixture.ts';

/** Downloads `/key` from a server on loopback. */
async function download(answer: RequestListener, path = '/key'): Promise<Buffer> {
  const host = networkHost();
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const url = new URL(`http://127.0.0.1:${port}${path}`);
    return await downloadKey(host, new HttpClient(host), url, new AbortController().signal);
  } finally {
    await host.close();
    server.closeAllConnections();
    server.close();
  }
}

describe('downloadKey', () => {
  it('gets a key, and tries again when that may help', async () => {
    const statuses = [503, 200];
    const key = await download((_, response) => response.writeHead(statuses.shift() ?? 500).end('key'));
    assert.equal(key.toString(), 'key');
  });

  it('asks nobody over plain http but this machine', async () => {
    const host = networkHost();
    const { signal } = new AbortController();
    const ask = async (): Promise<Buffer> =>
      downloadKey(host, new HttpClient(host), new URL('http://keys.example/key'), signal);
    await assert.rejects(ask, { code: 'E_TLS', message: /--insecure-options=pubkey/ });
    await host.close();
  });

  it('follows no redirect from this machine to plain http elsewhere', async () => {
    const elsewhere = { location: 'http://keys.example/key' };
    const redirected = download((_, response) => response.writeHead(302, elsewhere).end());
    await assert.rejects(redirected, { code: 'E_TLS' });
  });

  it('stops at what is no key any more', async () => {
    const long = download((_, response) => response.end(Buffer.alloc(KEY_LIMIT + 1)));
    await assert.rejects(long, { code: 'E_TOO_LARGE' });
  });

  it('says what the server answered', async () => {
    const missing = download((_, response) => response.writeHead(404).end());
    await assert.rejects(missing, { code: 'E_NOT_FOUND', message: /could not get the key "http.*404/ });
  });
});

describe('readKeyFile', () => {
  it('reads a file', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'key.asc');
      await writeFile(path, 'key');
      assert.equal((await readKeyFile(networkHost(), path)).toString(), 'key');
      await writeFile(path, Buffer.alloc(KEY_LIMIT));
      assert.equal((await readKeyFile(networkHost(), path)).length, KEY_LIMIT);
      await writeFile(path, Buffer.alloc(KEY_LIMIT + 1));
      await assert.rejects(readKeyFile(networkHost(), path), { code: 'E_TOO_LARGE' });
    }));

  it('says that there is none', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'nowhere');
      await assert.rejects(readKeyFile(networkHost(), path), {
        code: 'E_FILE',
        message: /nowhere" \(ENOENT\)/,
      });
      await assert.rejects(readKeyFile(networkHost(), directory), { code: 'E_FILE', message: /EISDIR/ });
    }));
});
