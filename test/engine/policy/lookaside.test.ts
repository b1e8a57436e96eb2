import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { HttpClient } from '../../../server/src/engine/http/http-client.ts';
import { readLookaside } from '../../../server/src/engine/policy/lookaside.ts';
import { networkHost } from '../../helpers/network-host.ts';
import type { NetworkHost } from '../../helpers/network-host.ts';
import { Origin } from '../../helpers/origin.ts';
import { withDirectory } from '../store/fixture.ts';

const HEX = 'a1'.repeat(32);
const PLACE = `library/app@sha256=${HEX}`;

describe('readLookaside', () => {
  let host: NetworkHost;
  let origin: Origin;
  before(async () => {
    host = networkHost();
    origin = await new Origin().listen();
  });
  after(async () => {
    await host.close();
    await origin.close();
  });
  const read = async (base: string | URL, signal = new AbortController().signal): Promise<string[]> => {
    const query = { base: new URL(base), repository: 'library/app', digest: `sha256:${HEX}`, signal };
    return (await readLookaside(host, new HttpClient(host), query)).map(({ bytes }) => bytes.toString());
  };

  describe('of files', () => {
    const write = async (directory: string, contents: readonly string[]): Promise<URL> => {
      for (const [index, content] of contents.entries()) {
        const path = join(directory, PLACE, `signature-${index + 1}`);
        await fs.mkdir(dirname(path), { recursive: true });
        await fs.writeFile(path, content);
      }
      return pathToFileURL(directory);
    };

    it('reads them in order, to the first that is missing', () =>
      withDirectory(async (directory) => {
        const base = await write(join(directory, 'a b%'), ['one', 'two', 'three']);
        assert.deepEqual(await read(base), ['one', 'two', 'three']);
        assert.deepEqual(await read(`${base.href}/`), ['one', 'two', 'three']);
        await fs.rm(join(directory, 'a b%', PLACE, 'signature-2'));
        assert.deepEqual(await read(base), ['one']);
        assert.deepEqual(await read(pathToFileURL(join(directory, 'none'))), []);
      }));

    it('reads no more than anybody needs', () =>
      withDirectory(async (directory) => {
        assert.equal((await read(await write(directory, Array<string>(128).fill('x')))).length, 128);
        const most = await write(directory, Array<string>(129).fill('x'));
        await assert.rejects(read(most), { code: 'E_TOO_LARGE', message: /more than 128 signatures/ });
        const large = await write(join(directory, 'large'), ['x'.repeat((1 << 18) + 1)]);
        await assert.rejects(read(large), {
          code: 'E_TOO_LARGE',
          message: /signature-1 has more than 262144/,
        });
      }));

    it('says what cannot be read', () =>
      withDirectory(async (directory) => {
        await fs.mkdir(join(directory, PLACE, 'signature-1'), { recursive: true });
        await assert.rejects(read(pathToFileURL(directory)), {
          code: 'E_FILE',
          message: /signature-1 \(EISDIR\)/,
        });
        await assert.rejects(read('file://var/lib/sigstore'), { code: 'E_CONFIG', message: /names no file/ });
        const signal = AbortSignal.abort();
        await assert.rejects(read(pathToFileURL(directory), signal), { code: 'E_CANCELLED' });
      }));
  });

  describe('of a web server', () => {
    it('reads them in order, to the first that is not found', async () => {
      origin.serve(`/base/${PLACE}/signature-1`, { body: 'one' });
      origin.serve(`/base/${PLACE}/signature-2`, { reset: true }, { body: 'two' });
      assert.deepEqual(await read(`${origin.url}/base`), ['one', 'two']);
      assert.deepEqual(await read(`${origin.url}/base/`), ['one', 'two']);
      assert.deepEqual(await read(origin.url), []);
      assert.equal(origin.takeLines().at(-1), `/${PLACE}/signature-1 → 404`);
    });

    it('reads no more than anybody needs', async () => {
      origin.serve(`/large/${PLACE}/signature-1`, { body: 'x'.repeat((1 << 18) + 1) });
      await assert.rejects(read(`${origin.url}/large`), { code: 'E_TOO_LARGE' });
    });

    it('takes no other answer for "there is none"', async () => {
      for (const status of [401, 403, 410]) {
        origin.serve(`/odd/${PLACE}/signature-1`, { status });
        await assert.rejects(read(`${origin.url}/odd`), { message: /could not get the signature http/ });
      }
    });

    it('does not ask over plain http, except this machine or where that is allowed', async () => {
      origin.takeLines();
      await assert.rejects(read('http://example.com/sig?secret=1'), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'E_TLS');
        assert.match(error.message, /http:\/\/example\.com\/sig\/library.*was not asked for over plain http/);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
      assert.deepEqual(origin.takeLines(), []);
    });
  });
});
