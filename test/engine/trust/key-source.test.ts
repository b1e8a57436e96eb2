import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { KeySource } from '../../../server/src/engine/trust/key-source.ts';
import { makeKey } from './keys.ts';
import { networkHost } from '../../helpers/network-host.ts';
import { networkTo, startOrigin } from '../../helpers/origin.ts';

const { signal } = new AbortController();

describe('KeySource', () => {
  const cleanup = new AsyncDisposableStack();
  after(() => cleanup.disposeAsync());

  it('finds and reads the keys that a prefix publishes', async () => {
    const origin = cleanup.adopt(await startOrigin(), (it) => it.close());
    const net = cleanup.adopt(networkTo(origin), (it) => it.destroy());
    const [alice, bob] = await Promise.all([makeKey('Alice'), makeKey('Bob')]);
    const published = ['https://example.com/alice.asc', 'https://keys.example/bob'];
    const tags = published.map((url) => `<meta name="ac-discovery-pubkeys" content="example.com ${url}">`);
    origin.serve('/app?ac-discovery=1', { body: tags.join('') });
    origin.serve('/alice.asc', { body: alice.publicKey.armor() });
    origin.serve('/bob', { body: Buffer.from(bob.publicKey.write()) });

    const source = new KeySource({ ...networkHost(), net }, false);
    const urls = await source.discover('example.com/app', signal);
    assert.deepEqual(urls, published);
    const keys = await Promise.all(urls.map((url) => source.read(url, '/', signal)));
    assert.deepEqual(
      keys.flat().map(({ fingerprint }) => fingerprint),
      [alice.fingerprint, bob.fingerprint],
    );
    for (const url of ['file://example.com/alice.asc', 'file:///%00']) {
      await assert.rejects(source.read(url, '/', signal), { code: 'E_REF' });
    }
    await assert.rejects(source.read('https://example.com/gone', '/', signal), { code: 'E_NOT_FOUND' });
  });
});
