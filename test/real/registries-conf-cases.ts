import { DIGEST } from '../helpers/records.ts';

/** What it is about, a configuration, and images that it decides about: what Larder does is what skopeo does. */
export const SAME: [string, string, string[]][] = [
  ['no entry', '[[registry]]\nlocation = "r.example"', ['other.example/a:1', 'r.example.org/a:1']],
  [
    'a location, and the longest prefix',
    `[[registry]]
     prefix = "r.example"
     location = "far.example/copy"
     [[registry]]
     prefix = "r.example/team"
     location = "near.example:5000"
     insecure = true`,
    ['r.example/a:1', 'r.example/team/a:1', 'r.example/teams/a:1', `r.example/team/b/c@${DIGEST}`],
  ],
  [
    'a host without a port, which stands for all ports',
    '[[registry]]\nprefix = "r.example"\nlocation = "far.example"',
    ['r.example:5000/a:1'],
  ],
  [
    'mirrors, in order, each for what it is for',
    `[[registry]]
     location = "r.example"
     [[registry.mirror]]
     location = "one.example/copy"
     pull-from-mirror = "all"
     [[registry.mirror]]
     location = "two.example"
     pull-from-mirror = "digest-only"
     insecure = true
     [[registry.mirror]]
     location = "three.example"
     pull-from-mirror = "tag-only"`,
    ['r.example/a:1', `r.example/a@${DIGEST}`],
  ],
  [
    'mirrors for digests only',
    `[[registry]]
     location = "r.example"
     mirror-by-digest-only = true
     [[registry.mirror]]
     location = "one.example"`,
    ['r.example/a:1', `r.example/a@${DIGEST}`],
  ],
  [
    'mirrors that may say what a tag means, in the former way of writing',
    `[[registry]]
     location = "r.example"
     mirror-by-digest-only = false
     [[registry.mirror]]
     location = "one.example"`,
    ['r.example/a:1', `r.example/a@${DIGEST}`],
  ],
  [
    'blocked: a host, a path',
    `[[registry]]
     location = "r.example"
     blocked = true
     [[registry]]
     location = "r.example/free"
     [[registry]]
     location = "s.example/a/b"
     Blocked = true`,
    [
      ...[
        'r.example/a:1',
        'r.example:5000/a:1',
        'r.example/free/a:1',
        's.example/a/b:1',
        's.example/a/b/c:1',
      ],
      ...['s.example/a:1'],
    ],
  ],
  [
    'blocked with mirrors, which stand in for it',
    `[[registry]]
     location = "r.example"
     blocked = true
     [[registry.mirror]]
     location = "one.example"
     [[registry.mirror]]
     location = "two.example"
     pull-from-mirror = "digest-only"
     [[registry]]
     location = "s.example"
     blocked = true
     mirror-by-digest-only = true
     [[registry.mirror]]
     location = "one.example"`,
    ['r.example/a:1', `r.example/a@${DIGEST}`, 's.example/a:1', `s.example/a@${DIGEST}`],
  ],
  [
    'a mirror and a location that another entry blocks',
    `[[registry]]
     location = "r.example"
     [[registry.mirror]]
     location = "m.example/bad"
     pull-from-mirror = "all"
     [[registry.mirror]]
     location = "m.example/good"
     pull-from-mirror = "all"
     [[registry]]
     location = "m.example/bad"
     blocked = true
     [[registry]]
     prefix = "s.example"
     location = "m.example/bad/deeper"`,
    ['r.example/a:1', 's.example/a:1', 'm.example/a:1'],
  ],
  [
    'wildcards',
    `[[registry]]
     prefix = "*.r.example"
     insecure = true
     [[registry]]
     prefix = "*.deep.r.example"
     location = "far.example/all"
     [[registry]]
     prefix = "*.blocked.example"
     blocked = true
     [[registry]]
     location = "a.blocked.example"`,
    [
      ...['a.r.example/x:1', 'a.b.r.example:5000/x:1', 'r.example/x:1', 'nor.example/x:1'],
      ...[
        'a.deep.r.example/x/y:1',
        'a.blocked.example/x:1',
        'ab.blocked.example/x:1',
        'r.blocked.example/x:1',
      ],
    ],
  ],
  [
    'Docker Hub',
    `[[registry]]
     prefix = "docker.io/library"
     location = "far.example/official"
     [[registry]]
     prefix = "docker.io/alpine"
     location = "wrong.example"
     [[registry]]
     prefix = "r.example"
     location = "docker.io/team"`,
    [
      'alpine:3',
      'docker.io/alpine:3',
      'index.docker.io/library/alpine:3',
      'docker.io/team/a:1',
      'r.example/a:1',
    ],
  ],
  [
    'a location that makes no name',
    '[[registry]]\nprefix = "r.example"\nlocation = "docker.io"',
    ['r.example/a:1'],
  ],
  ['a location that is no host', '[[registry]]\nprefix = "r.example"\nlocation = "word"', ['r.example/a:1']],
  [
    'version 1',
    `[registries.insecure]
     registries = ["r.example"]
     [registries.block]
     registries = ["s.example", "t.example/team"]`,
    ['r.example/a:1', 's.example/a:1', 't.example/a:1', 't.example/team/a:1'],
  ],
  [
    'version 1 and 2',
    '[registries.block]\nregistries = ["a.b"]\n[[registry]]\nlocation = "r.example"',
    ['r.example/a:1'],
  ],
  ['no TOML', '[[registry]', ['r.example/a:1']],
  ['a URL', '[[registry]]\nlocation = "https://r.example"', ['r.example/a:1']],
  ['a wildcard with a path', '[[registry]]\nprefix = "*.r.example/a"', ['r.example/a:1']],
  ['no location', '[[registry]]\nprefix = "r.example"', ['r.example/a:1']],
  ['a word for a boolean', '[[registry]]\nlocation = "r.example"\nblocked = "true"', ['s.example/a:1']],
  [
    'one place, blocked and not',
    '[[registry]]\nlocation = "r.example"\n[[registry]]\nprefix = "s.example"\nlocation = "r.example"\nblocked = true',
    ['t.example/a:1'],
  ],
];
