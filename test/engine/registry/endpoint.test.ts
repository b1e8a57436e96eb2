import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { registryUrl } from '../../../server/src/engine/registry/endpoint.ts';

describe('registryUrl', () => {
  const url = (registry: string, allowHttp = false): string =>
    registryUrl({ registry, repository: 'team/app' }, 'manifests/1', allowHttp).href;

  it('is https, but plain http for this machine and where that is allowed', () => {
    assert.equal(url('registry.example'), 'https://registry.example/v2/team/app/manifests/1');
    assert.equal(url('127.0.0.1:5000'), 'http://127.0.0.1:5000/v2/team/app/manifests/1');
    assert.equal(url('registry.example', true), 'http://registry.example/v2/team/app/manifests/1');
  });

  it('keeps the port that is usual for the other scheme', () => {
    assert.equal(url('localhost:443'), 'http://localhost:443/v2/team/app/manifests/1');
    assert.equal(url('registry.example:80'), 'https://registry.example:80/v2/team/app/manifests/1');
  });
});
