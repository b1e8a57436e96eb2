import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseChallenges } from '../../../server/src/engine/registry/challenge.ts';

const parsed = (header: string): unknown[] =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('parseChallenges', () => {
  const cases: readonly [string, string, unknown[]][] = [
    [
      'Docker Hub',
      'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:library/nginx:pull"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.example/token',
            service: 'registry.example',
            scope: 'repository:library/nginx:pull',
          },
        ],
      ],
    ],
    [
      'commas within quotes',
      'Bearer realm="https://a.example/t",scope="repository:a:pull,push"',
      [['bearer', { realm: 'https://a.example/t', scope: 'repository:a:pull,push' }]],
    ],
    [
      'two schemes in one header',
      'Basic realm="Registry", Bearer realm="https://a.example/t", service=x',
      [
        ['basic', { realm: 'Registry' }],
        ['bearer', { realm: 'https://a.example/t', service: 'x' }],
      ],
    ],
    ['escaped quotes', 'Basic realm="a \\"b\\" \\\\c"', [['basic', { realm: 'a "b" \\c' }]]],
    [
      'spaces around equals signs',
      'BEARER Realm = "x" , service= y',
      [['bearer', { realm: 'x', service: 'y' }]],
    ],
    ['a scheme without parameters', 'Negotiate', [['negotiate', {}]]],
    [
      'a token68 before another scheme',
      'Negotiate YWJj==, Bearer realm="x"',
      [
        ['negotiate', {}],
        ['bearer', { realm: 'x' }],
      ],
    ],
    ['empty elements', ', ,Bearer realm="x",,service="y"', [['bearer', { realm: 'x', service: 'y' }]]],
    ['an unclosed quote', 'Bearer realm="x', [['bearer', { realm: '' }]]],
    ['nothing', '', []],
    ['nonsense', '"""', []],
  ];
  for (const [what, header, expected] of cases) {
    it(`reads ${what}`, () => {
      assert.deepEqual(parsed(header), expected);
    });
  }

  it('reads any challenges that are well formed', () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const text = fc.string({ maxLength: 20 }).map((value) => value.replace(/[^\x20-\x7e]/g, ' '));
    const challenges = fc.array(fc.tuple(token, fc.dictionary(token, text, { minKeys: 1, maxKeys: 4 })));
    fc.assert(
      fc.property(challenges, (list) => {
        const quoted = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;
        const header = list
          .map(([scheme, parameters]) => {
            const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${quoted(value)}`);
            return `${scheme} ${pairs.join(', ')}`;
          })
          .join(', ');
        assert.deepEqual(
          parsed(header),
          list.map(([scheme, parameters]) => [scheme, { ...parameters }]),
        );
      }),
    );
  });

  it('ends on any header, in linear time', () => {
    fc.assert(fc.property(fc.string(), (header) => Array.isArray(parseChallenges(header))));
    parseChallenges(`Bearer ${'a='.repeat(100_000)}`);
    parseChallenges(`Bearer realm="${'\\"'.repeat(100_000)}`);
    parseChallenges('a '.repeat(100_000));
  });
});
