import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import type { NameImage } from '../../../server/src/domain/image.ts';
import { parseImage } from '../../../server/src/domain/image-argument.ts';
import { Discovery } from '../../../server/src/engine/discovery/discovery.ts';
import { HttpClient } from '../../../server/src/engine/http/http-client.ts';
import { networkHost } from '../../helpers/network-host.ts';
import { networkTo, startOrigin } from '../../helpers/origin.ts';
import type { Origin } from '../../helpers/origin.ts';

const AMD64 = { os: 'linux', architecture: 'amd64' };
const { signal } = new AbortController();
const tag = (prefix: string, template: string): string =>
  `<meta name="ac-discovery" content="${prefix} ${template}">`;
const keys = (prefix: string, url: string): string =>
  `<meta name="ac-discovery-pubkeys" content="${prefix} ${url}">`;
const nameOf = (text: string): NameImage => {
  const image = parseImage(text, { cwd: '/', platform: AMD64 });
  assert.ok(image.kind === 'name');
  return image;
};

let origin: Origin;
const cleanup = new AsyncDisposableStack();

function discovery(allowHttp = false): Discovery {
  const host = { ...networkHost(), net: cleanup.adopt(networkTo(origin), (it) => it.destroy()) };
  return new Discovery(host, new HttpClient(host, { allowHttp }));
}

const find = async (text: string, allowHttp = false): Promise<string[]> =>
  (await discovery(allowHttp).find(nameOf(text), AMD64, signal)).map(({ aci }) => aci.href);

describe('discovery', () => {
  after(() => cleanup.disposeAsync());
  beforeEach(async () => {
    origin = cleanup.adopt(await startOrigin(), (it) => it.close());
  });

  it('asks the page of the name', async () => {
    origin.serve('//example.com/app?ac-discovery=1', {
      body: tag('example.com', 'https://a.example/{name}-{os}-{arch}.{ext}'),
    });
    assert.deepEqual(await find('example.com/app'), ['https://a.example/example.com/app-linux-amd64.aci']);
    assert.deepEqual(origin.lines, ['//example.com/app?ac-discovery=1 → 200']);
  });

  it('walks to the parents on 4xx and on pages without a tag that fits', async () => {
    origin.serve('/a/b?ac-discovery=1', { body: tag('other.example', 'https://a.example/{name}.{ext}') });
    origin.serve('/a?ac-discovery=1', { status: 403 });
    origin.serve('/?ac-discovery=1', { body: tag('example.com', 'https://a.example/{name}.{ext}') });
    assert.deepEqual(await find('example.com/a/b/c'), ['https://a.example/example.com/a/b/c.aci']);
    assert.deepEqual(origin.lines, [
      '//example.com/a/b/c?ac-discovery=1 → 404',
      '//example.com/a/b?ac-discovery=1 → 200',
      '//example.com/a?ac-discovery=1 → 403',
      '//example.com/?ac-discovery=1 → 200',
    ]);
  });

  it('follows redirects', async () => {
    origin.serve('//example.com/app?ac-discovery=1', {
      status: 302,
      headers: { location: 'https://www.example.com/page' },
    });
    origin.serve('//www.example.com/page', { body: tag('example.com', 'https://a.example/{name}.{ext}') });
    assert.deepEqual(await find('example.com/app'), ['https://a.example/example.com/app.aci']);
  });

  it('says where it looked when nothing was found', async () => {
    origin.serve('/?ac-discovery=1', { body: '<p>Welcome' });
    await assert.rejects(find('example.com/app'), {
      code: 'E_DISCOVERY',
      message:
        'example.com/app was not discovered: https://example.com/app answered 404, https://example.com has no tag that fits; check the name and its labels.',
    });
  });

  it('does not take a failing server for one without the page', async () => {
    origin.serve('/app?ac-discovery=1', { status: 500 });
    await assert.rejects(find('example.com/app'), {
      code: 'E_HTTP',
      message: /could not discover example\.com\/app.*500/,
    });
  });

  it('reads no more of a page than a mebibyte', async () => {
    const fits = tag('example.com', 'https://a.example/{name}.{ext}');
    const filler = ' '.repeat(1 << 20);
    origin.serve('/early?ac-discovery=1', { body: fits + filler.repeat(4) });
    origin.serve('/late?ac-discovery=1', { body: filler + fits });
    assert.equal((await find('example.com/early')).length, 1);
    await assert.rejects(find('example.com/late'), { code: 'E_DISCOVERY' });
  });

  it('takes no more than a few of the places that a page names', async () => {
    const places = Array.from({ length: 1000 }, (_, at) =>
      tag('example.com', `https://${at}.a.example/{name}.{ext}`),
    );
    origin.serve('/app?ac-discovery=1', { body: places.join('') });
    const found = await find('example.com/app');
    assert.equal(found.length, 16);
    assert.equal(found[0], 'https://0.a.example/example.com/app.aci');
  });

  it('uses plain http only when told to, and then after https', async () => {
    const page = { body: tag('example.com', 'http://a.example/{name}.{ext}') };
    const broken = { reset: true } as const;
    const five = [broken, broken, broken, broken, broken];
    origin.serve('/app?ac-discovery=1', ...five, page);
    await assert.rejects(find('example.com/app'), { code: 'E_OFFLINE' });
    origin.serve('/app?ac-discovery=1', ...five, page);
    assert.deepEqual(await find('example.com/app', true), ['http://a.example/example.com/app.aci']);
  });

  it('finds the keys of a name', async () => {
    const page =
      keys('example.com', 'https://a.example/keys.gpg') + keys('example.com', 'http://a.example/plain.gpg');
    origin.serve('/?ac-discovery=1', { body: page });
    const found = await discovery().findKeys('example.com/app', signal);
    assert.deepEqual(
      found.map(({ href }) => href),
      ['https://a.example/keys.gpg'],
    );
  });
});
