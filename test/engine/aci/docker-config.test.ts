import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { parseDockerConfig } from '../../../server/src/engine/aci/docker-config.ts';

describe("an image's configuration", () => {
  it('may leave out everything', () => {
    const config = parseDockerConfig('{}');
    assert.deepEqual([config.user, config.command, config.labels, config.os], ['', [], {}, undefined]);
  });

  it('may have null for what is absent', () => {
    const config = parseDockerConfig(
      '{"author":null,"config":{"Cmd":null,"Labels":null,"Volumes":null,"User":null}}',
    );
    assert.deepEqual([config.author, config.command, config.volumes, config.user], [undefined, [], [], '']);
    assert.deepEqual(parseDockerConfig('{"config":null}').environment, []);
  });

  it('may have a string for a list of one', () => {
    assert.deepEqual(parseDockerConfig('{"config":{"Entrypoint":"/run"}}').entrypoint, ['/run']);
  });

  for (const [what, json, message] of [
    ['no JSON', '{', /not JSON/],
    ['no object', '[]', /not a JSON object/],
    ['a number for a string', '{"os":1}', /because os is not a string/],
    ['a mixed list', '{"config":{"Cmd":["a",1]}}', /because config\.Cmd is not a list of strings/],
    ['a list for a map', '{"config":{"Volumes":[]}}', /because config\.Volumes is not an object/],
    ['a map of numbers', '{"config":{"Labels":{"a":1}}}', /because config\.Labels is not a map of strings/],
  ] as const) {
    it(`is refused with ${what}`, () => {
      assert.throws(() => parseDockerConfig(json), { code: 'E_MANIFEST', message });
    });
  }

  it('never fails but with E_MANIFEST, whatever JSON it is', () => {
    const keys = fc.constantFrom(
      'config',
      'Cmd',
      'Env',
      'Labels',
      'Volumes',
      'ExposedPorts',
      'User',
      'os',
      '__proto__',
    );
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof({ maxDepth: 3 }, fc.jsonValue({ maxDepth: 1 }), fc.dictionary(keys, tie('any'))),
    })).any;
    fc.assert(
      fc.property(value, (any) => {
        try {
          parseDockerConfig(JSON.stringify(any));
        } catch (error) {
          assert.ok(error instanceof LarderError && error.code === 'E_MANIFEST', String(error));
        }
      }),
    );
  });
});
