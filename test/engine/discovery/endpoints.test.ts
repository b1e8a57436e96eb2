import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endpointsOf } from '../../../server/src/engine/discovery/endpoints.ts';

const image = { name: 'example.com/reduce-worker' };
const platform = { os: 'linux', arch: 'amd64' };
const versioned = { ...platform, version: '1.0.0' };

/** URLs of the images for templates under one prefix. */
function urls(templates: readonly string[], labels: Record<string, string>, allowHttp = false): string[] {
  const tags = templates.map((value) => ({ prefix: 'example.com', value }));
  return endpointsOf(tags, image, labels, allowHttp).map(({ aci }) => aci.href);
}

describe('templates (appc/spec, discovery.md)', () => {
  // The specification's own example.
  const three = [
    'https://storage.example.com/{os}/{arch}/{name}-{version}.{ext}',
    'https://mirror.storage.example.com/{os}/{arch}/{name}-{version}.{ext}',
    'https://storage.example.com/{os}/{arch}/{name}-latest.{ext}',
  ];

  it('with the most labels are used, in their order', () => {
    assert.deepEqual(urls(three, versioned), [
      'https://storage.example.com/linux/amd64/example.com/reduce-worker-1.0.0.aci',
      'https://mirror.storage.example.com/linux/amd64/example.com/reduce-worker-1.0.0.aci',
    ]);
  });

  it('whose labels are not all known are not used', () => {
    assert.deepEqual(urls(three, platform), [
      'https://storage.example.com/linux/amd64/example.com/reduce-worker-latest.aci',
    ]);
    assert.deepEqual(urls(three.slice(0, 2), platform), []);
  });

  it('may use any label', () => {
    assert.deepEqual(urls(['https://a.example/{channel}.{ext}'], { ...platform, channel: 'beta' }), [
      'https://a.example/beta.aci',
    ]);
  });

  it('render the signature by its extension, wherever that stands', () => {
    const tags = [{ prefix: 'example.com', value: 'https://a.example/get?v={version}&ext={ext}' }];
    assert.deepEqual(
      endpointsOf(tags, image, versioned, false).map(({ signature }) => signature.href),
      ['https://a.example/get?v=1.0.0&ext=aci.asc'],
    );
  });

  it('cannot be led elsewhere by a label', () => {
    assert.deepEqual(urls(['https://a.example/{version}/x.{ext}'], { version: '?a=1#b/../..@evil' }), [
      'https://a.example/%3Fa%3D1%23b%2F..%2F..%40evil/x.aci',
    ]);
  });

  it('can be filled with any label, even one that is no Unicode', () => {
    assert.deepEqual(urls(['https://a.example/{version}.{ext}'], { version: '\ud800' }), [
      'https://a.example/%EF%BF%BD.aci',
    ]);
  });

  for (const template of [
    `https://a.example/${'{name}'.repeat(1000)}.{ext}`,
    'https://a.example/{name}',
    'hdfs://a.example/{name}.{ext}',
    'file:///etc/{name}.{ext}',
    'https://user:secret@a.example/{name}.{ext}',
    'nonsense {ext}',
    'https://{nothing}.example/{ext}',
  ]) {
    it(`are not used when no image can be there: ${template.slice(0, 50)}`, () =>
      assert.deepEqual(urls([template], versioned), []));
  }

  it('with plain http are used only where that is allowed', () => {
    const template = 'http://a.example/{name}.{ext}';
    assert.deepEqual(urls([template], versioned), []);
    assert.deepEqual(urls([template], versioned, true), ['http://a.example/example.com/reduce-worker.aci']);
  });

  it('of other prefixes do not count', () => {
    const tags = [{ prefix: 'example.com/reduce', value: 'https://a.example/{name}.{ext}' }];
    assert.deepEqual(endpointsOf(tags, image, versioned, false), []);
  });
});
