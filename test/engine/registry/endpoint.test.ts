import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { registryEndpoint } from '../../../server/src/engine/registry/endpoint.ts';

describe('registryEndpoint', () => {
  const urls = (registry: string, allowHttp = false): (string | undefined)[] => {
    const { url, plainUrl } = registryEndpoint(
      { registry, repository: 'team/app' },
      'manifests/1',
      allowHttp,
    );
    return [url.href, plainUrl?.href];
  };

  it('is https, and may be plain http on this machine and where that is allowed', () => {
    assert.deepEqual(urls('registry.example'), [
      'https://registry.example/v2/team/app/manifests/1',
      undefined,
    ]);
    assert.deepEqual(urls('127.0.0.1:5000'), [
      'https://127.0.0.1:5000/v2/team/app/manifests/1',
      'http://127.0.0.1:5000/v2/team/app/manifests/1',
    ]);
    assert.deepEqual(urls('registry.example', true), [
      'https://registry.example/v2/team/app/manifests/1',
      'http://registry.example/v2/team/app/manifests/1',
    ]);
  });

  it('keeps the port that is usual for the other scheme', () => {
    assert.equal(urls('localhost:443')[1], 'http://localhost:443/v2/team/app/manifests/1');
    assert.equal(urls('registry.example:80')[0], 'https://registry.example:80/v2/team/app/manifests/1');
  });

  it('is refused for what cannot be a host', () => {
    assert.throws(() => urls('registry.example:99999'), { code: 'E_REF' });
  });
});
