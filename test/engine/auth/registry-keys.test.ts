import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  canonicalHost,
  containersAddress,
  keysFor,
  serverAddress,
  targetOfKey,
} from '../../../server/src/engine/auth/registry-keys.ts';

const HUB = 'registry-1.docker.io';

describe('the names of registries where credentials are kept', () => {
  it('are one for Docker Hub, and in lower case', () => {
    for (const name of ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'Docker.IO']) {
      assert.equal(canonicalHost(name), HUB);
      assert.equal(serverAddress(name), 'https://index.docker.io/v1/');
      assert.equal(containersAddress(name), 'docker.io');
    }
    assert.equal(canonicalHost('R.example:5000'), 'r.example:5000');
    assert.equal(serverAddress('r.example:5000'), 'r.example:5000');
  });

  const targets: [string, string | undefined][] = [
    ['quay.io', 'quay.io'],
    ['Quay.io', 'quay.io'],
    ['localhost:5000', 'localhost:5000'],
    ['[::1]:5000', '[::1]:5000'],
    ['https://index.docker.io/v1/', HUB],
    ['http://index.docker.io/v1/', HUB],
    ['https://index.docker.io/v1/access-token', undefined],
    ['https://index.docker.io/v1/refresh-token', undefined],
    ['docker.io', HUB],
    ['docker.io/library', `${HUB}/library`],
    ['https://r.example/v2/', 'r.example'],
    ['https://r.example:5000/v1/', 'r.example:5000'],
    ['https://somebody@r.example/v1/', 'r.example'],
    ['r.example/v1/', 'r.example'],
    ['r.example/', 'r.example'],
    ['quay.io/team/app', 'quay.io/team/app'],
    ['', undefined],
    ['https://', undefined],
  ];
  for (const [key, target] of targets) {
    it(`take the key ${key} for ${target}`, () => assert.equal(targetOfKey(key), target));
  }

  it('are looked for from the longest namespace up', () => {
    const keys = [
      'quay.io',
      'https://quay.io/v1/',
      'quay.io/team',
      'quay.io/tea',
      'quay.io/team/app',
      'r.example',
    ];
    assert.deepEqual(keysFor(keys, { registry: 'quay.io', repository: 'team/app' }), [
      'quay.io/team/app',
      'quay.io/team',
      'quay.io',
      'https://quay.io/v1/',
    ]);
    assert.deepEqual(keysFor(keys, { registry: 'quay.io', repository: 'team/app2' }), [
      'quay.io/team',
      'quay.io',
      'https://quay.io/v1/',
    ]);
  });

  it("prefer docker's own spelling", () => {
    const keys = ['http://docker.io', 'docker.io', 'https://index.docker.io/v1/', 'docker.io/library'];
    assert.deepEqual(keysFor(keys, { registry: HUB, repository: 'library/app' }), [
      'docker.io/library',
      'https://index.docker.io/v1/',
      'docker.io',
      'http://docker.io',
    ]);
  });

  it('are those of a whole registry when no repository is meant', () => {
    const keys = ['quay.io/team', 'quay.io'];
    assert.deepEqual(keysFor(keys, { registry: 'quay.io', repository: '' }), ['quay.io']);
  });
});
