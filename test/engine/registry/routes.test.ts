import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { DOCKER_HUB } from '../../../server/src/domain/reference.ts';
import { mergeRegistriesConf } from '../../../server/src/engine/registry/registries-conf.ts';
import type { RegistriesConf } from '../../../server/src/engine/registry/registries-conf.ts';
import { parseRegistriesConf } from '../../../server/src/engine/registry/registries-conf-text.ts';
import { routesFor } from '../../../server/src/engine/registry/routes.ts';
import { DIGEST } from '../../helpers/records.ts';

const FILE = '/etc/containers/registries.conf';
const confOf = async (text: string): Promise<RegistriesConf> =>
  mergeRegistriesConf([await parseRegistriesConf(text, FILE, false)]);

/** An image as it is asked for: `r.example/app:1`, `r.example/app@sha256:…`; without either it is about blobs. */
function routes(conf: RegistriesConf, image: string): string[] {
  const {
    host = '',
    path = '',
    tag,
    digest,
  } = /^(?<host>[^/]+)\/(?<path>[^:@]+)(?::(?<tag>.+)|@(?<digest>.+))?$/.exec(image)?.groups ?? {};
  const repository = { registry: host, repository: path };
  return routesFor(conf, repository, tag === undefined ? 'digest' : 'tag', tag ?? digest).map(
    ({ registry, repository: at, insecure, role }) =>
      `${role} ${registry}/${at}${insecure ? ' insecure' : ''}`,
  );
}

const CONF = `
[[registry]]
location = "r.example"
[[registry.mirror]]
location = "one.example"
insecure = true
[[registry.mirror]]
location = "two.example/copies/of-r"
pull-from-mirror = "all"
[[registry.mirror]]
location = "three.example"
pull-from-mirror = "tag-only"

[[registry]]
prefix = "r.example/team"
location = "internal.example:5000/group/team"
insecure = true

[[registry]]
prefix = "r.example/team/secret"
location = "r.example/team/secret"
blocked = true

[[registry]]
prefix = "r.example/team/app:old"
location = "archive.example/app:old"

[[registry]]
prefix = "*.wild.example"
insecure = true

[[registry]]
prefix = "*.deep.wild.example"
location = "deep.example/all"

[[registry]]
prefix = "*.blocked.example"
blocked = true

[[registry]]
prefix = "docker.io/library"
location = "hub.example/official"

[[registry]]
prefix = "mine.example"
location = "docker.io/mine"
`;

const CASES: [string, string[]][] = [
  ['other.example/a:1', ['source other.example/a']],
  ['r.example.org/a:1', ['source r.example.org/a']],
  // What a tag means only those mirrors may say that it is written of.
  [
    'r.example/a/b:1',
    ['mirror two.example/copies/of-r/a/b', 'mirror three.example/a/b', 'source r.example/a/b'],
  ],
  [
    `r.example/a/b@${DIGEST}`,
    ['mirror one.example/a/b insecure', 'mirror two.example/copies/of-r/a/b', 'source r.example/a/b'],
  ],
  [
    'r.example/a/b',
    ['mirror one.example/a/b insecure', 'mirror two.example/copies/of-r/a/b', 'source r.example/a/b'],
  ],
  ['r.example/team/app:1', ['source internal.example:5000/group/team/app insecure']],
  [
    'r.example/teammate:1',
    ['mirror two.example/copies/of-r/teammate', 'mirror three.example/teammate', 'source r.example/teammate'],
  ],
  ['r.example/team/secrets:1', ['source internal.example:5000/group/team/secrets insecure']],
  ['r.example/team/app:old', ['source archive.example/app']],
  ['r.example/team/app:older', ['source internal.example:5000/group/team/app insecure']],
  ['a.wild.example/x:1', ['source a.wild.example/x insecure']],
  ['a.b.wild.example:5000/x', ['source a.b.wild.example:5000/x insecure']],
  ['wild.example/x:1', ['source wild.example/x']],
  ['notwild.example/x:1', ['source notwild.example/x']],
  ['r.example.wild.example.org/x:1', ['source r.example.wild.example.org/x']],
  ['a.deep.wild.example/x/y', ['source deep.example/all/x/y']],
  [`${DOCKER_HUB}/library/nginx:1`, ['source hub.example/official/nginx']],
  [`${DOCKER_HUB}/team/app:1`, [`source ${DOCKER_HUB}/team/app`]],
  ['mine.example/app:1', [`source ${DOCKER_HUB}/mine/app`]],
];

describe('routes', () => {
  for (const [image, expected] of CASES) {
    it(`lead to ${image.slice(0, 40)}`, async () => {
      assert.deepEqual(routes(await confOf(CONF), image), expected);
    });
  }

  it('lead past a port that the prefix does not name, as with containers/image', async () => {
    const conf = await confOf('[[registry]]\nprefix = "r.example"\nlocation = "m.example"');
    assert.deepEqual(routes(conf, 'R.example:5000/a:1'), ['source m.example:5000/a']);
    const narrow = await confOf('[[registry]]\nprefix = "r.example:5000"\nlocation = "m.example"');
    assert.deepEqual(routes(narrow, 'r.example/a:1'), ['source r.example/a']);
    assert.deepEqual(routes(narrow, 'r.example:50001/a:1'), ['source r.example:50001/a']);
  });

  for (const image of [
    'r.example/team/secret:1',
    'r.example/team/secret',
    `r.example/team/secret/deeper@${DIGEST}`,
    'R.EXAMPLE/team/secret:1',
    'a.blocked.example/x:1',
    'A.b.Blocked.Example:443/x:1',
    'a.blocked.example.blocked.example/x:1',
  ]) {
    it(`are closed to ${image.slice(0, 40)}`, async () => {
      const conf = await confOf(CONF);
      assert.throws(() => routes(conf, image), {
        code: 'E_BLOCKED',
        message:
          /^"[^"]+" was not asked for, because \/etc\/containers\/registries\.conf blocks "[^"]+"; .*\.$/,
      });
    });
  }

  it('lead to the mirrors of a registry that is blocked, the last of which stands in for it', async () => {
    const conf = await confOf(`
      [[registry]]
      location = "r.example"
      blocked = true
      [[registry.mirror]]
      location = "one.example"
      [[registry.mirror]]
      location = "two.example"
      pull-from-mirror = "digest-only"
    `);
    assert.deepEqual(routes(conf, 'r.example/a:1'), ['source one.example/a']);
    assert.deepEqual(routes(conf, `r.example/a@${DIGEST}`), ['mirror one.example/a', 'source two.example/a']);
  });

  it('are closed where a registry is blocked and no mirror may answer', async () => {
    const conf = await confOf(
      '[[registry]]\nlocation = "r.example"\nblocked = true\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = "m.example"',
    );
    const message = /blocks "r\.example" and has no mirror that may answer in its place; /;
    assert.throws(() => routes(conf, 'r.example/a:1'), { code: 'E_BLOCKED', message });
    assert.deepEqual(routes(conf, 'r.example/a'), ['source m.example/a']);
  });

  it('pass over a mirror, and a location, that another entry blocks', async () => {
    const conf = await confOf(`
      [[registry]]
      location = "r.example"
      [[registry.mirror]]
      location = "m.example/bad"
      [[registry.mirror]]
      location = "m.example/good"
      [[registry]]
      location = "m.example/bad"
      blocked = true
      [[registry]]
      prefix = "s.example"
      location = "m.example/bad"
      blocked = true
      [[registry]]
      prefix = "t.example"
      location = "m.example/bad/deeper"
    `);
    assert.deepEqual(routes(conf, 'r.example/a'), ['mirror m.example/good/a', 'source r.example/a']);
    for (const image of ['s.example/a', 't.example/a']) {
      assert.throws(() => routes(conf, image), { code: 'E_BLOCKED' });
    }
  });

  it('are closed by a tag or a digest too', async () => {
    const block = (prefix: string): string =>
      `[[registry]]\nprefix = "${prefix}"\nlocation = "r.example/a"\nblocked = true\n`;
    const conf = await confOf(block('r.example/a:bad') + block(`r.example/a@${DIGEST}`));
    for (const image of ['r.example/a:bad', `r.example/a@${DIGEST}`]) {
      assert.throws(() => routes(conf, image), { code: 'E_BLOCKED' });
    }
    for (const image of ['r.example/a:good', 'r.example/a'])
      assert.deepEqual(routes(conf, image), ['source r.example/a']);
  });

  it('follow the wildcard where it is as long as the name, as with containers/image', async () => {
    const conf = await confOf(
      '[[registry]]\nlocation = "a.r.example"\n[[registry]]\nprefix = "*.r.example"\nblocked = true',
    );
    assert.throws(() => routes(conf, 'a.r.example/x:1'), { code: 'E_BLOCKED' });
  });

  for (const [location, text] of [
    ['docker.io', 'docker.io/a'],
    ['word', 'word/a'],
    ['UPPER.example/CASE', 'UPPER.example/CASE/a'],
    ['m.example/a:1', 'm.example/a:1/a'],
    ['m.example//b', 'm.example//b/a'],
  ]) {
    it(`do not lead to ${text}`, async () => {
      const conf = await confOf(`[[registry]]\nprefix = "r.example"\nlocation = "${location}"`);
      const why = `the location "${location}" for "r.example" makes "${text}:1", which is not the full name of an image`;
      const message = `${FILE} cannot be used: ${why}; correct the file.`;
      assert.throws(() => routes(conf, 'r.example/a:1'), { code: 'E_CONFIG', message });
    });
  }

  it('do not turn one tag into another', async () => {
    const conf = await confOf('[[registry]]\nprefix = "r.example/a:1"\nlocation = "r.example/a:2"');
    assert.throws(() => routes(conf, 'r.example/a:1'), { code: 'E_CONFIG' });
    const lost = await confOf('[[registry]]\nprefix = "r.example/a:1"\nlocation = "m.example/b"');
    assert.throws(() => routes(lost, 'r.example/a:1'), { code: 'E_CONFIG' });
  });
});

describe('routes of any configuration', () => {
  const host = fc.constantFrom('a.example', 'b.example:5000', 'c.a.example', 'docker.io', 'localhost');
  const path = fc.constantFrom('', '/x', '/x/y', '/xy', '/x/y/z');
  const place = fc.tuple(host, path).map((parts) => parts.join(''));
  const use = fc.constantFrom('', 'all', 'digest-only', 'tag-only');
  const mirror = fc.record({ location: place, use }).map(({ location, use: pull }) => {
    return `[[registry.mirror]]\nlocation = "${location}"\npull-from-mirror = "${pull}"`;
  });
  const registry = fc
    .record({
      prefix: fc.oneof(place, fc.constant('*.example')),
      location: place,
      mirrors: fc.array(mirror, { maxLength: 3 }),
    })
    .map(({ prefix, location, mirrors }) => {
      return [`[[registry]]\nprefix = "${prefix}"\nlocation = "${location}"`, ...mirrors].join('\n');
    });
  const conf = fc.array(registry, { maxLength: 4 }).map((registries) => registries.join('\n'));
  const image = fc.record({
    registry: fc.constantFrom('a.example', 'b.example:5000', 'c.a.example', DOCKER_HUB, 'localhost'),
    repository: fc.constantFrom('x', 'x/y', 'xy/z', 'x/y/z/w'),
  });

  it('are inside the locations of one entry, in their order, the source last', async () => {
    await fc.assert(
      fc.asyncProperty(conf, image, fc.constantFrom('tag', 'digest'), async (text, repository, version) => {
        const parsed = await confOf(text);
        let found;
        try {
          found = routesFor(parsed, repository, version, version === 'tag' ? '1' : DIGEST);
        } catch (error) {
          assert.ok(error instanceof LarderError && error.code === 'E_CONFIG', String(error));
          return;
        }
        assert.equal(
          found.findIndex(({ role }) => role === 'source'),
          found.length - 1,
        );
        const names = found.map((route) =>
          `${route.registry}/${route.repository}`.replace(DOCKER_HUB, 'docker.io'),
        );
        const isIn = (name: string | undefined, location: string): boolean =>
          name === location ||
          name?.startsWith(`${location}/`) === true ||
          name?.startsWith(`${location}:`) === true;
        const locations = parsed.registries.map((entry) => {
          const mirrors = entry.mirrors.filter((one) => (version === 'tag' ? one.tags : one.digests));
          return [...mirrors.map(({ location }) => location), entry.location];
        });
        const untouched = [
          `${repository.registry}/${repository.repository}`.replace(DOCKER_HUB, 'docker.io'),
        ];
        assert.ok(
          [...locations, untouched].some((places) => {
            return (
              places.length === names.length &&
              places.every((location, index) => isIn(names[index], location))
            );
          }),
          names.join(),
        );
      }),
      { numRuns: 500 },
    );
  });
});
