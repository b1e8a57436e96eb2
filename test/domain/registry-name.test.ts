import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { familiarRegistry, parseRegistry } from '../../server/src/domain/registry-name.ts';

describe('the name of a registry', () => {
  const names: readonly [string, string][] = [
    ['docker.io', 'registry-1.docker.io'],
    ['index.docker.io', 'registry-1.docker.io'],
    ['registry-1.docker.io', 'registry-1.docker.io'],
    [' quay.io ', 'quay.io'],
    ['localhost', 'localhost'],
    ['registry:5000', 'registry:5000'],
    ['[::1]:5000', '[::1]:5000'],
  ];
  for (const [name, host] of names) {
    it(`${name} is that of ${host}`, () => assert.equal(parseRegistry(name), host));
  }

  for (const name of [
    '',
    'nginx',
    'quay.io/team',
    'https://quay.io',
    'a b.example',
    'me@quay.io',
    '-.example',
    'x:port',
  ]) {
    it(`is not ${JSON.stringify(name)}`, () => {
      assert.throws(() => parseRegistry(name), {
        code: 'E_REF',
        message: /is not a registry; write its host/,
      });
    });
  }

  it('is shown as people write it', () => {
    assert.equal(familiarRegistry('registry-1.docker.io'), 'docker.io');
    assert.equal(familiarRegistry('quay.io'), 'quay.io');
  });
});
