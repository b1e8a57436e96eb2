import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../../server/src/domain/errors.ts';
import type { Mirror } from '../../../server/src/engine/registry/registries-conf.ts';
import { parseRegistriesConf } from '../../../server/src/engine/registry/registries-conf-text.ts';

const FILE = '/etc/containers/registries.conf';
const parse = (text: string, dropIn = false) => parseRegistriesConf(text, FILE, dropIn);
const BOTH = { tags: true, digests: true };
const DIGESTS = { tags: false, digests: true };

/** What is written at the registry, what at its mirror, and what the mirror is for. */
const MIRRORS: [string, string, Pick<Mirror, 'tags' | 'digests'>][] = [
  ['', '', DIGESTS],
  ['', 'pull-from-mirror = ""', DIGESTS],
  ['', 'pull-from-mirror = "all"', BOTH],
  ['', 'pull-from-mirror = "digest-only"', DIGESTS],
  ['', 'pull-from-mirror = "tag-only"', { tags: true, digests: false }],
  ['mirror-by-digest-only = true', '', DIGESTS],
  ['mirror-by-digest-only = false', '', BOTH],
  ['blocked = true', '', BOTH],
  ['blocked = true', 'pull-from-mirror = "digest-only"', DIGESTS],
  ['blocked = true\nmirror-by-digest-only = true', '', DIGESTS],
  ['mirror-by-digest-only = false', 'pull-from-mirror = "digest-only"', DIGESTS],
];

const REFUSED: [string, RegExp][] = [
  ['[[registry]', /line 1, column 12 is not valid TOML \(.+\)/],
  ['a = 1\nb = "x', /line 2, column \d+ is not valid TOML/],
  ['[[registry]]', /\[\[registry\]\] 1: it has neither "prefix" nor "location"/],
  ['[[registry]]\nprefix = "a.b"', /"location" is missing, which only a prefix like \*\.example\.com/],
  [
    '[[registry]]\nlocation = "https://a.b/c"',
    /"location" is "https:\/\/a.b\/c", and must be written without https:/,
  ],
  ['[[registry]]\nprefix = "http://a.b"\nlocation = "a.b"', /"prefix" is .* without http:/],
  ['[[registry]]\nprefix = "*.a.b/c"', /wildcard, and must be \*\. and a domain alone/],
  ['[[registry]]\nprefix = "*.a.b:5000"\nlocation = "c.d"', /wildcard/],
  ['[[registry]]\nlocation = "*.a.b@x"', /wildcard/],
  [
    '[[registry]]\nlocation = "a.b"\n\n[[registry]]\nlocation = 1',
    /\[\[registry\]\] 2: "location" must be a text/,
  ],
  ['[[registry]]\nlocation = "a.b"\nblocked = "yes"', /"blocked" must be true or false/],
  ['[[registry]]\nlocation = "a.b"\ninsecure = 1', /"insecure" must be true or false/],
  ['[registry]\nlocation = "a.b"', /"registry" must be a list of tables, each written \[\[registry\]\]/],
  ['[[registry]]\nlocation = "a.b"\npull-from-mirror = "all"', /is for a \[\[registry\.mirror\]\]/],
  [
    mirrored('', 'pull-from-mirror = "never"'),
    /\[\[registry.mirror\]\] 1: "pull-from-mirror" is "never", and must be/,
  ],
  [mirrored('mirror-by-digest-only = true', 'pull-from-mirror = "all"'), /contradicts/],
  [
    '[[registry]]\nlocation = "a.b"\n[[registry.mirror]]\ninsecure = true',
    /mirror\]\] 1: "location" is missing/,
  ],
  [
    '[[registry]]\nlocation = "a.b"\n[[registry]]\nprefix = "c.d"\nlocation = "a.b"\nblocked = true',
    /"a.b" is given twice, and only once with "blocked = true"/,
  ],
  [
    '[[registry]]\nlocation = "docker.io"\ninsecure = true\n[[registry]]\nlocation = "index.docker.io"',
    /"docker.io" is given twice, and only once with "insecure = true"/,
  ],
  ['unqualified-search-registries = "a.b"', /"unqualified-search-registries" must be a list of texts/],
  ['credential-helpers = [1]', /"credential-helpers" must be a list of texts/],
  ['short-name-mode = "ask"', /"short-name-mode" is "ask", and must be disabled, enforcing or permissive/],
  ['aliases = []', /"aliases" must be a table, written \[aliases\]/],
  ['[aliases]\n"a.b/c" = "d.e/f"', /\[aliases\]: "a\.b\/c" must be a short name/],
  ['[aliases]\n"a:1" = "d.e/f"', /"a:1" must be a short name/],
  ['[aliases]\na = "b/c"', /"a" is "b\/c", and must be a name with its registry/],
  ['[aliases]\na = "d.e/f:1"', /without a tag or a digest/],
  ['[aliases]\na = 1', /"a" must be a text in quotes/],
  ['registries = 1', /"registries" must be a table/],
  [
    '[registries.block]\nregistries = "a.b"',
    /\[registries\]: \[block\]: "registries" must be a list of texts/,
  ],
  ['[registries.block]\nregistries = ["http://a.b"]', /must be written without http:/],
  ['[registries.search]\nregistries = []\n[[registry]]\nlocation = "a.b"', /version 1 of the format/],
];

function mirrored(atRegistry: string, atMirror: string): string {
  return `[[registry]]\nlocation = "a.b"\n${atRegistry}\n[[registry.mirror]]\nlocation = "m.n"\n${atMirror}`;
}

describe('registries.conf', () => {
  it('is read with all that it says of a registry', async () => {
    const { registries } = await parse(`
      unknown = "keys are passed over"
      [[registry]]
      prefix = "Example.COM/Team/"
      location = "internal.example/team//"
      insecure = true
      blocked = false
      proxy = "http://proxy.example"
      [[registry.mirror]]
      location = "one.example/team/"
      insecure = true
      [[registry.mirror]]
      location = "two.example"
      pull-from-mirror = "all"
    `);
    assert.deepEqual(registries, [
      {
        prefix: 'example.com/Team',
        location: 'internal.example/team',
        insecure: true,
        blocked: false,
        mirrors: [
          { location: 'one.example/team', insecure: true, ...DIGESTS },
          { location: 'two.example', insecure: false, ...BOTH },
        ],
        file: FILE,
      },
    ]);
  });

  for (const [atRegistry, atMirror, uses] of MIRRORS) {
    it(`lets a mirror answer as written: ${atRegistry.replace('\n', ' and ') || 'nothing'}, ${atMirror || 'nothing'}`, async () => {
      const { registries } = await parse(mirrored(atRegistry, atMirror));
      assert.deepEqual(registries[0]?.mirrors, [{ location: 'm.n', insecure: false, ...uses }]);
    });
  }

  it('takes the location for the prefix where there is none, and a wildcard without a location', async () => {
    const { registries } = await parse('[[registry]]\nlocation = "a.b/c"\n[[registry]]\nprefix = "*.a.b"');
    assert.deepEqual(
      registries.map(({ prefix, location }) => [prefix, location]),
      [
        ['a.b/c', 'a.b/c'],
        ['*.a.b', ''],
      ],
    );
  });

  it('knows Docker Hub by all its names', async () => {
    for (const name of ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'Docker.io']) {
      const { registries } = await parse(`[[registry]]\nlocation = "${name}/library"`);
      assert.equal(registries[0]?.prefix, 'docker.io/library');
    }
  });

  it('keeps the first of two entries for a prefix', async () => {
    const { registries } = await parse(
      '[[registry]]\nprefix = "a.b"\nlocation = "c.d"\n[[registry]]\nprefix = "A.b/"\nlocation = "e.f"',
    );
    assert.deepEqual(
      registries.map(({ location }) => location),
      ['c.d'],
    );
  });

  it('takes keys in another case, since containers/image does: what is blocked there must be blocked here', async () => {
    const { registries } = await parse('[[Registry]]\nLocation = "a.b"\nBLOCKED = true');
    assert.deepEqual([registries[0]?.location, registries[0]?.blocked], ['a.b', true]);
  });

  it('has aliases, of which an empty one takes another back', async () => {
    const { aliases } = await parse('[aliases]\nnginx = "quay.io/team/nginx"\n"team/app" = ""');
    assert.deepEqual(
      [...aliases],
      [
        ['nginx', 'quay.io/team/nginx'],
        ['team/app', ''],
      ],
    );
  });

  it('names credential helpers, or does not', async () => {
    assert.equal((await parse('')).credentialHelpers, null);
    const namesIn = async (text: string) => (await parse(text)).credentialHelpers?.names;
    assert.deepEqual(await namesIn('credential-helpers = ["pass"]'), ['pass']);
    assert.deepEqual(await namesIn('credential-helpers = []'), []);
  });

  it('may be of version 1', async () => {
    const { registries } = await parse(`
      [registries.search]
      registries = ["docker.io"]
      [registries.insecure]
      registries = ["a.b", "c.d/e/"]
      [registries.block]
      registries = ["a.b", "f.g"]
    `);
    assert.deepEqual(
      registries.map(({ prefix, location, insecure, blocked }) => [prefix, location, insecure, blocked]),
      [
        ['a.b', 'a.b', true, true],
        ['c.d/e', 'c.d/e', true, false],
        ['f.g', 'f.g', false, true],
      ],
    );
  });

  it('is of version 2 in a drop-in', async () => {
    await assert.rejects(parse('[registries.block]\nregistries = []', true), {
      code: 'E_CONFIG',
      message:
        /version 1 of the format, and must be written as \[\[registry\]\] tables here; correct the file\.$/,
    });
  });

  for (const [text, message] of REFUSED) {
    it(`is refused: ${JSON.stringify(text.slice(0, 60))}`, async () => {
      await assert.rejects(parse(text), (error: LarderError) => {
        assert.equal(error.code, 'E_CONFIG');
        assert.match(error.message, message);
        assert.match(
          error.message,
          /^\/etc\/containers\/registries\.conf cannot be used: .*; correct the file\.$/,
        );
        return true;
      });
    });
  }

  it('brings nothing but E_CONFIG, whatever is in it', async () => {
    const scalar = fc.constantFrom(
      'true',
      '1',
      '""',
      '"a.b/c"',
      '"*.a.b"',
      '[]',
      '["x"]',
      '1979-05-27',
      '{}',
      'inf',
    );
    const key = fc.constantFrom(
      'location',
      'prefix',
      'blocked',
      'pull-from-mirror',
      'aliases',
      '__proto__',
      'registry',
    );
    const line = fc.oneof(
      fc.tuple(key, scalar).map(([name, value]) => `${name} = ${value}`),
      fc.constantFrom(
        '[[registry]]',
        '[[registry.mirror]]',
        '[aliases]',
        '[registries.block]',
        '[__proto__]',
        '#',
        '"',
      ),
    );
    const text = fc.oneof(
      fc.array(line).map((lines) => lines.join('\n')),
      fc.string({ unit: 'grapheme' }),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.boolean(), async (content, dropIn) => {
        try {
          await parse(content, dropIn);
        } catch (error) {
          assert.ok(error instanceof LarderError && error.code === 'E_CONFIG', String(error));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('may nest as deep as it likes', async () => {
    await assert.rejects(parse(`a = ${'['.repeat(100_000)}`), { code: 'E_CONFIG' });
  });
});
