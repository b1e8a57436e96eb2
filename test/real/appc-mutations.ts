/** Valid manifests of appc, and the same with something changed. */
import fc from 'fast-check';
import { imageManifest, podManifest } from './appc-manifests.ts';

/** What replaces a value: of every type, and near the edges of what some key takes. */
const REPLACEMENTS = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1',
  '1.5',
  '1e3',
  '65535',
  '65536',
  '262145',
  '18446744073709551616',
  '[]',
  '{}',
  '[null]',
  '["a"]',
  '[1]',
  '[{}]',
  '{"a":"b"}',
  '{"a":null}',
  '{"a":1}',
  '{"set":[]}',
  '{"set":["a"],"errno":"perm"}',
  '{"default":true}',
  '{"default":true,"request":"1"}',
  '{"limit":"1Q"}',
  '{"name":"a"}',
  ...[
    '',
    'x',
    'X',
    'a b',
    '-a',
    'a-',
    'a_b',
    '/abs',
    'rel',
    'name',
    'linux',
    'plan9',
    'amd64',
    's390x',
    'version',
    'sha512-ab',
    'sha512-',
    'sha256-ab',
    'sha512-a-b',
    '1.2.3',
    '0.0.0',
    '1.2',
    '1.2.3.4',
    '1.2.3-a_b',
    '99999999999999999999.0.0',
    '-1.0.0',
    '2026-01-31T12:00:00Z',
    '2026-02-30T12:00:00Z',
    '2026-01-31',
    '2026-01-31T24:00:00Z',
    '2026-01-31t12:00:00z',
    'http://a',
    'HTTPS://a',
    'ftp://a',
    'http://a b/',
    'http://a/%zz',
    'http://a:b/',
    '//a',
    'host',
    'empty',
    'pre-start',
    'EPERM',
    'eperm',
    '10Mi',
    '1.5.2',
    '1e',
    '1ki',
    'ten',
    '1 Mi',
    '127.0.0.1',
    '127.0.0.01',
    '::1',
    '1::2::3',
    'a:b',
    'resource/gpu',
    'resource/cpu',
    'os/linux/cpu-shares',
    'PodManifest',
    'ImageManifest',
    'Pod',
    '9A',
    'A B',
    'é',
  ].map((text) => JSON.stringify(text)),
];

type Mutation = (text: string, random: (below: number) => number) => string;

/** Every value and member of the text, found by a scan that needs no more than the compact form of JSON.stringify. */
const MEMBER = /"(?:[^"\\]|\\.)*":/g;
const SCALAR = /(?<=[:[,])(?:"(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*|true|false)(?=[,\]}])/g;

const pick = <T>(from: readonly T[], random: (below: number) => number): T | undefined =>
  from[random(from.length)];
const splice = (text: string, at: number, length: number, insert: string): string =>
  text.slice(0, at) + insert + text.slice(at + length);

/** Replaces what a pattern finds somewhere. */
const replaced =
  (pattern: RegExp, by: (found: string, random: (below: number) => number) => string): Mutation =>
  (text, random) => {
    const match = pick([...text.matchAll(pattern)], random);
    return match === undefined ? text : splice(text, match.index, match[0].length, by(match[0], random));
  };
const replacement = (_found: string, random: (below: number) => number): string =>
  pick(REPLACEMENTS, random) ?? 'null';

const MUTATIONS: readonly Mutation[] = [
  replaced(SCALAR, replacement),
  replaced(SCALAR, replacement),
  replaced(SCALAR, replacement),
  // A flat object or list.
  replaced(/(?<=[:,[])(?:\{[^{}[\]]*\}|\[[^{}[\]]*\])/g, replacement),
  replaced(/(?<=[:,[])(?:\{[^{}[\]]*\}|\[[^{}[\]]*\])/g, (found) => `${found},${found}`),
  // A member is lost, is unknown, is written in another case, or is there twice.
  replaced(/"[^"\\]*":(?:"(?:[^"\\]|\\.)*"|-?\d[\d.]*|true|false),/g, () => ''),
  replaced(MEMBER, (found) => found.replace(/"(.*)"/, '"x-$1"')),
  replaced(MEMBER, (found) => found.toUpperCase()),
  replaced(MEMBER, (found, random) => `${found}${replacement('', random)},${found}`),
  replaced(MEMBER, (found) => `${found}null,${found}`),
  // No longer JSON.
  replaced(/[,:{}[\]"]/g, () => ''),
  replaced(/[}\]]/g, (found) => `,${found}`),
  replaced(/,/g, () => ', // a comment\n'),
  (text) => `${text}x`,
];

export interface Sample {
  readonly text: string;
  /** How many changes were made; 0 for one that is valid by the way it was made. */
  readonly changes: number;
}

/** @returns `count` manifests, always the same for a seed; a third of them unchanged */
export function sampleManifests(seed: number, count: number): Sample[] {
  const change = fc.tuple(fc.nat(MUTATIONS.length - 1), fc.nat(), fc.nat());
  const sample = fc
    .tuple(fc.oneof(podManifest, imageManifest), fc.array(change, { minLength: 1, maxLength: 2 }), fc.nat(2))
    .map(([manifest, changes, keep]) => {
      const made = keep === 0 ? [] : changes;
      const text = made.reduce((text, [index, first, second]) => {
        const numbers = [first, second];
        const random = (below: number): number => (numbers.shift() ?? 0) % Math.max(below, 1);
        return MUTATIONS[index]?.(text, random) ?? text;
      }, JSON.stringify(manifest));
      return { text, changes: made.length };
    });
  return fc.sample(sample, { seed, numRuns: count });
}
