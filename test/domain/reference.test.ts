import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../server/src/domain/errors.ts';
import { canonicalReference, familiarName, parseReference } from '../../server/src/domain/reference.ts';
import { anyText } from '../helpers/any-text.ts';

const A64 = 'a1'.repeat(32);
const A96 = 'a1'.repeat(48);
const A128 = 'a1'.repeat(64);
const HUB = 'registry-1.docker.io';

/** Text; registry, repository, tag, digest; familiar name. */
const VALID: readonly (readonly [string, string, string, ...(string | undefined)[]])[] = [
  ['nginx', HUB, 'library/nginx'],
  ['nginx:1.27', HUB, 'library/nginx', '1.27'],
  ['library/nginx', HUB, 'library/nginx'],
  ['docker.io/nginx', HUB, 'library/nginx'],
  ['docker.io/library/nginx', HUB, 'library/nginx'],
  ['index.docker.io/nginx:a', HUB, 'library/nginx', 'a'],
  ['index.docker.io/grafana/loki', HUB, 'grafana/loki'],
  ['registry-1.docker.io/nginx', HUB, 'nginx'],
  ['registry-1.docker.io/library/nginx', HUB, 'library/nginx'],
  ['grafana/loki', HUB, 'grafana/loki'],
  ['a/b/c/d', HUB, 'a/b/c/d'],
  ['library/a/b', HUB, 'library/a/b'],
  ['docker.io/localhost/a', HUB, 'localhost/a'],
  ['docker.io/a.b/c', HUB, 'a.b/c'],
  ['localhost', HUB, 'library/localhost'],
  ['localhost:5000', HUB, 'library/localhost', '5000'],
  ['example.com', HUB, 'library/example.com'],
  ['localhost/a', 'localhost', 'a'],
  ['localhost:5000/a', 'localhost:5000', 'a'],
  ['127.0.0.1:5000/a/b:1', '127.0.0.1:5000', 'a/b', '1'],
  ['quay.io/a', 'quay.io', 'a'],
  ['host:80/a:b', 'host:80', 'a', 'b'],
  ['Host/a', 'Host', 'a'],
  ['UPPER.example/a', 'UPPER.example', 'a'],
  ['Docker.io/nginx', 'Docker.io', 'nginx'],
  ['xn--n3h.example/a', 'xn--n3h.example', 'a'],
  ['a-b.c--d.example:1/x', 'a-b.c--d.example:1', 'x'],
  ['r.example:99999/a', 'r.example:99999', 'a'],
  ['[::1]/a', '[::1]', 'a'],
  ['[::1]:5000/a:t', '[::1]:5000', 'a', 't'],
  ['[2001:db8::1]:5000/a', '[2001:db8::1]:5000', 'a'],
  ['[ABCD]/a', '[ABCD]', 'a'],
  ['a_b', HUB, 'library/a_b'],
  ['a__b', HUB, 'library/a__b'],
  ['a.b', HUB, 'library/a.b'],
  ['a---b', HUB, 'library/a---b'],
  ['a/b_c/d-e', HUB, 'a/b_c/d-e'],
  ['0/1', HUB, '0/1'],
  ['r.example/a.b/c__d', 'r.example', 'a.b/c__d'],
  ['a:_', HUB, 'library/a', '_'],
  ['a:A.b-C_d', HUB, 'library/a', 'A.b-C_d'],
  [`a:${'t'.repeat(128)}`, HUB, 'library/a', 't'.repeat(128)],
  [`r.example/${'a'.repeat(255)}`, 'r.example', 'a'.repeat(255)],
  [`${'h'.repeat(200)}.example/${'a'.repeat(255)}`, `${'h'.repeat(200)}.example`, 'a'.repeat(255)],
  [`a@sha256:${A64}`, HUB, 'library/a', undefined, `sha256:${A64}`],
  [`a@sha384:${A96}`, HUB, 'library/a', undefined, `sha384:${A96}`],
  [`a@sha512:${A128}`, HUB, 'library/a', undefined, `sha512:${A128}`],
  [`r.example:5000/a/b:1@sha256:${A64}`, 'r.example:5000', 'a/b', '1', `sha256:${A64}`],
  [`library/${A64}`, HUB, `library/${A64}`],
  [`${A64}:latest`, HUB, `library/${A64}`, 'latest'],
  [A64.slice(1), HUB, `library/${A64.slice(1)}`],
  ['sha256:1234', HUB, 'library/sha256', '1234'],
];

/** Text, and what the message must say. */
const INVALID: [string, RegExp][] = [
  ['', /is empty/],
  [' nginx', /white space/],
  ['nginx\n', /white space/],
  ['a b', /white space/],
  [A64, /image ID/],
  ['Nginx', /lower case, so "Nginx" must be "nginx"/],
  ['quay.io/a/Bee:1', /"Bee" must be "bee"/],
  ['docker.io/A', /lower case/],
  [':1', /name is missing/],
  ['@sha256:', /name is missing/],
  ['/', /empty part/],
  ['/a', /empty part/],
  ['a/', /empty part/],
  ['a//b', /empty part/],
  ['quay.io//a', /empty part/],
  ['quay.io/', /name is missing/],
  ['-a/b', /"-a" is not allowed/],
  ['a-/b', /"a-" is not allowed/],
  ['a___b', /"a___b" is not allowed/],
  ['a..b', /"a\.\.b" is not allowed/],
  ['a._b', /not allowed/],
  ['_a', /not allowed/],
  ['a$b', /not allowed/],
  ['ä', /not allowed/],
  ['é.example/a', /not a host name/],
  ['a_b.example/c', /not a host name: .*hyphens/],
  ['-a.example/b', /not a host name/],
  ['a..example/b', /not a host name/],
  ['.example/b', /not a host name/],
  ['r.example:/a', /port "" is not a number/],
  ['r.example:http/a', /port "http" is not a number/],
  ['r.example:1:2/a', /port "1:2"/],
  ['[::1/a', /IPv6/],
  ['[fe80::1%eth0]/a', /IPv6/],
  ['[::ffff:1.2.3.4]/a', /IPv6/],
  ['[::1]5000/a', /IPv6/],
  ['user@r.example/a', /not a host name/],
  ['https://r.example/a', /write it without "https:\/\/"/],
  ['a:', /tag after ":" is missing/],
  ['a:-b', /"-b" is not a tag/],
  ['a:.b', /not a tag/],
  ['a:b:c', /"b:c" is not a tag/],
  ['a:b/c', /port "b" is not a number/],
  ['a:ü', /not a tag/],
  [`a:${'t'.repeat(129)}`, /129 characters, and at most 128/],
  [`r.example/${'a'.repeat(256)}`, /256 characters, and at most 255/],
  ['a'.repeat(248), /256 characters/],
  ['a@', /not a digest/],
  ['a@sha256', /not a digest/],
  [`a@md5:${'a'.repeat(32)}`, /sha256, sha384 or sha512/],
  [`a@constructor:${A64}`, /not a digest/],
  ['a@sha256:', /has 64 hex digits, and this one has 0/],
  [`a@sha256:${A64}0`, /64 hex digits, and this one has 65/],
  [`a@sha512:${A64}`, /128 hex digits/],
  [`a@sha256:${A64.toUpperCase()}`, /lower-case hex/],
  [`a@SHA256:${A64}`, /not a digest/],
  [`a@sha256:${'g'.repeat(64)}`, /hex digits only/],
  [`a@sha256:${A64}:b`, /hex digits only/],
  [`a@sha256:${A64}@sha256:${A64}`, /hex digits only/],
];

describe('parseReference', () => {
  for (const [text, registry, repository, tag, digest] of VALID) {
    it(`reads ${text.slice(0, 60)}`, () => {
      assert.deepEqual(parseReference(text), { registry, repository, tag, digest });
    });
  }
  for (const [text, message] of INVALID) {
    it(`refuses ${JSON.stringify(text.slice(0, 60))}`, () => {
      assert.throws(() => parseReference(text), { name: 'LarderError', code: 'E_REF', message });
    });
  }

  it('is linear on texts made to make expressions backtrack', () => {
    for (const part of ['a', 'a-', '-', 'a.', '_', 'a_', 'a/', ':', '[', '1:']) {
      assert.throws(() => parseReference(`${part.repeat(200_000)}!`), LarderError);
      assert.throws(() => parseReference(`r.example/${part.repeat(200_000)}!`), LarderError);
      assert.throws(() => parseReference(`${part.repeat(200_000)}./a`), LarderError);
    }
  });
});

describe('canonicalReference', () => {
  const canonical = (text: string) => canonicalReference(parseReference(text));

  it('adds registry, library/ and the default tag', () => {
    assert.equal(canonical('nginx'), `docker://${HUB}/library/nginx:latest`);
    assert.equal(canonical('index.docker.io/nginx:latest'), canonical('nginx'));
  });
  it('lets the digest alone decide', () => {
    assert.equal(canonical(`r.example/a:1@sha256:${A64}`), `docker://r.example/a@sha256:${A64}`);
  });
});

describe('familiarName', () => {
  const familiar = (text: string) => familiarName(parseReference(text));
  const cases: [string, string][] = [
    ['docker.io/library/nginx:1.27', 'nginx:1.27'],
    ['docker.io/grafana/loki', 'grafana/loki'],
    ['library/a/b', 'library/a/b'],
    [`quay.io/a:1@sha256:${A64}`, `quay.io/a:1@sha256:${A64}`],
    ['registry-1.docker.io/nginx', 'registry-1.docker.io/nginx'],
    ['docker.io/localhost/a', 'docker.io/localhost/a'],
    ['docker.io/a.b/c', 'docker.io/a.b/c'],
    [`library/${A64}`, `docker.io/library/${A64}`],
  ];
  for (const [text, name] of cases) {
    it(`prints ${text.slice(0, 40)} as ${name.slice(0, 40)}`, () => assert.equal(familiar(text), name));
  }
});

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const component = fc.stringMatching(/^[a-z0-9]{1,6}((?:[._]|__|-{1,3})[a-z0-9]{1,4}){0,2}$/);
const domain = fc.oneof(
  fc.constantFrom('', 'docker.io/', 'index.docker.io/', 'localhost/', '[::1]:80/'),
  fc.stringMatching(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,5}[a-zA-Z0-9])?\.[a-z]{2,3}(:[0-9]{1,5})?\/$/),
);
const reference = fc
  .tuple(
    domain,
    fc.array(component, { minLength: 1, maxLength: 4 }),
    fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/)),
    fc.option(
      fc.oneof(
        hex(64).map((h) => `sha256:${h}`),
        hex(128).map((h) => `sha512:${h}`),
      ),
    ),
  )
  // A first part with a dot would be read as the host.
  .filter(([host, [first = '']]) => host !== '' || !first.includes('.'))
  .map(
    ([host, path, tag, digest]) =>
      host + path.join('/') + (tag ? `:${tag}` : '') + (digest ? `@${digest}` : ''),
  );

describe('any valid reference', () => {
  it('means the same when read again from its familiar and its canonical form', () => {
    fc.assert(
      fc.property(reference, (text) => {
        const read = parseReference(text);
        assert.deepEqual(parseReference(familiarName(read)), read);
        const again = parseReference(canonicalReference(read).slice('docker://'.length));
        assert.equal(canonicalReference(again), canonicalReference(read));
        assert.deepEqual([again.registry, again.repository], [read.registry, read.repository]);
      }),
    );
  });

  it('throws nothing but LarderError when it is damaged', () => {
    const damage = fc.oneof(fc.constantFrom('', '/', ':', '@', '.', '-', '[', ' ', 'A', '\0'), anyText());
    fc.assert(
      fc.property(reference, fc.nat(), fc.nat(3), damage, (text, where, remove, insert) => {
        const at = where % (text.length + 1);
        const damaged = text.slice(0, at) + insert + text.slice(at + remove);
        try {
          const read = parseReference(damaged);
          assert.deepEqual(parseReference(familiarName(read)), read);
        } catch (error) {
          assert.ok(error instanceof LarderError, String(error));
          assert.equal(error.code, 'E_REF');
        }
      }),
    );
  });
});
