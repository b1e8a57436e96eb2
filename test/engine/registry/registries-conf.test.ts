import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeRegistriesConf, NO_REGISTRIES } from '../../../server/src/engine/registry/registries-conf.ts';
import type { RegistriesConf, RegistryEntry } from '../../../server/src/engine/registry/registries-conf.ts';

const entry = (prefix: string, location: string): RegistryEntry => ({
  ...{ prefix, location, insecure: false, blocked: false, mirrors: [], file: 'f' },
});
const conf = (part: Partial<RegistriesConf>): RegistriesConf => ({ ...NO_REGISTRIES, ...part });

describe('several registries.conf together', () => {
  it('say nothing when there is none', () => {
    assert.deepEqual(mergeRegistriesConf([]), NO_REGISTRIES);
  });

  it('have the later entry for a prefix, whole, in the order of the prefixes', () => {
    const { registries } = mergeRegistriesConf([
      conf({ registries: [entry('b.example', 'one'), entry('c.example', 'one')] }),
      conf({ registries: [entry('b.example', 'two'), entry('*.a.example', 'two')] }),
    ]);
    assert.deepEqual(
      registries.map(({ prefix, location }) => `${prefix} ${location}`),
      ['*.a.example two', 'b.example two', 'c.example one'],
    );
  });

  it('have the later alias for a name, and none where it is taken back', () => {
    const { aliases } = mergeRegistriesConf([
      conf({
        aliases: new Map([
          ['a', 'r.example/a'],
          ['b', 'r.example/b'],
          ['c', ''],
        ]),
      }),
      conf({
        aliases: new Map([
          ['a', ''],
          ['b', 's.example/b'],
        ]),
      }),
    ]);
    assert.deepEqual([...aliases], [['b', 's.example/b']]);
  });

  it('name the credential helpers of the last that names any', () => {
    const naming = (file: string, ...names: string[]) => conf({ credentialHelpers: { names, file } });
    const files = [naming('1.conf', 'one'), naming('2.conf', 'two'), conf({})];
    assert.deepEqual(mergeRegistriesConf(files).credentialHelpers, { names: ['two'], file: '2.conf' });
    assert.deepEqual(mergeRegistriesConf([...files, naming('4.conf')]).credentialHelpers?.names, []);
  });
});
