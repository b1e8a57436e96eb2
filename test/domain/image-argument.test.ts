import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../server/src/domain/errors.ts';
import type { ImageKind } from '../../server/src/domain/image.ts';
import { imageOfManifest, parseImage } from '../../server/src/domain/image-argument.ts';
import { anyText } from '../helpers/any-text.ts';
import { DIGEST, IMAGE_ID } from '../helpers/records.ts';

const platform = { os: 'linux', architecture: 'amd64' };
const base = { cwd: '/srv/pods', platform };
const HUB = 'docker://registry-1.docker.io';

/** behaviour.md §1: argument, kind, canonical form. */
const ARGUMENTS: [string, ImageKind, string][] = [
  ['./app.aci', 'file', 'file:///srv/pods/app.aci'],
  ['../app', 'file', 'file:///srv/app'],
  ['/srv//x/../app', 'file', 'file:///srv/app'],
  ['app.aci', 'file', 'file:///srv/pods/app.aci'],
  ['file:///srv/app.aci', 'file', 'file:///srv/app.aci'],
  ['FILE:///srv/./a%20b', 'file', 'file:///srv/a%20b'],
  ['https://example.com/app.aci', 'http', 'https://example.com/app.aci'],
  ['HTTPS://Example.COM:443/a/../b?q=1#frag', 'http', 'https://example.com/b?q=1'],
  ['http://127.0.0.1:8080', 'http', 'http://127.0.0.1:8080/'],
  ['https://bücher.example/ü', 'http', 'https://xn--bcher-kva.example/%C3%BC'],
  ['docker://nginx', 'docker', `${HUB}/library/nginx:latest`],
  ['docker:nginx:1', 'docker', `${HUB}/library/nginx:1`],
  ['Docker://nginx', 'docker', `${HUB}/library/nginx:latest`],
  [`docker://r.example:5000/a/b:1@${DIGEST}`, 'docker', `docker://r.example:5000/a/b@${DIGEST}`],
  ['docker://r.example/app.aci', 'docker', 'docker://r.example/app.aci:latest'],
  ['coreos.com/etcd:v2.1.1', 'name', 'coreos.com/etcd,arch=amd64,os=linux,version=v2.1.1'],
  ['nginx', 'name', 'nginx,arch=amd64,os=linux'],
  [IMAGE_ID, 'id', IMAGE_ID],
  ['sha512-0123456789', 'id', 'sha512-0123456789'],
];

const REFUSED: [string, RegExp][] = [
  ['', /a name is missing/],
  ['ftp://example.com/a.aci', /scheme "ftp" is unknown; file, http, https and docker are known/],
  ['./a\0b', /NUL/],
  ['https://', /not a URL/],
  ['http://[::1/a', /not a URL/],
  ['sha512-012345678', /10 to 128 lower-case hex digits/],
  [`sha512-${'A'.repeat(20)}`, /lower-case/],
  [`sha512-${'a'.repeat(129)}`, /10 to 128/],
  ['docker://Nginx', /repository names are lower case/],
  ['docker://', /is empty/],
  [`nginx@${DIGEST}`, /write docker:\/\/nginx@sha256:/],
  [`docker.io/library/nginx@${DIGEST}`, /write docker:\/\/docker\.io\/library\/nginx@sha256:/],
  ['quay.io/A/b c', /only lower-case/],
  ['example.com/app,os=plan9', /plan9/],
];

describe('parseImage', () => {
  for (const [text, kind, canonical] of ARGUMENTS) {
    it(`reads ${text.slice(0, 60)} as ${kind}`, () => {
      const image = parseImage(text, base);
      assert.deepEqual([image.kind, image.canonical], [kind, canonical]);
      assert.deepEqual(
        parseImage(image.canonical, base),
        normalised(image),
        'the canonical form means the same',
      );
    });
  }

  it('gives a file its absolute path, also on Windows', () => {
    const windows = { cwd: 'C:\\pods', platform };
    assert.deepEqual(parseImage('..\\app.aci', windows), {
      kind: 'file',
      canonical: 'file:///C:/app.aci',
      path: 'C:\\app.aci',
    });
    assert.deepEqual(parseImage('./a b.aci', base), {
      kind: 'file',
      canonical: 'file:///srv/pods/a%20b.aci',
      path: '/srv/pods/a b.aci',
    });
  });

  for (const [text, message] of REFUSED) {
    it(`refuses ${JSON.stringify(text.slice(0, 60))}`, () => {
      assert.throws(() => parseImage(text, base), { name: 'LarderError', code: 'E_REF', message });
    });
  }

  it('refuses credentials in a URL without repeating them', () => {
    for (const text of [
      'https://me:s3cret@example.com/a',
      'https://s3cret@example.com/',
      'http://me:s3cret@[::1/a',
    ]) {
      assert.throws(
        () => parseImage(text, base),
        (error: Error) =>
          error instanceof LarderError && !`${error.message}${String(error.cause)}`.includes('s3cret'),
      );
    }
  });

  it('throws nothing but LarderError', () => {
    const start = fc.constantFrom(
      '',
      'docker:',
      'docker://',
      'file://',
      'https://',
      'http:',
      './',
      'sha512-',
      'C:\\',
    );
    fc.assert(
      fc.property(start, anyText(), fc.constantFrom('/', 'C:\\x'), (a, b, cwd) => {
        try {
          parseImage(a + b, { cwd, platform });
        } catch (error) {
          assert.ok(error instanceof LarderError, String(error));
        }
      }),
    );
  });
});

/** A tag beside a digest is not part of the canonical form. */
function normalised(image: ReturnType<typeof parseImage>): ReturnType<typeof parseImage> {
  if (image.kind !== 'docker') return image;
  const { tag = 'latest', digest } = image.reference;
  return { ...image, reference: { ...image.reference, tag: digest === undefined ? tag : undefined } };
}

describe('imageOfManifest', () => {
  it('reads a docker reference in Kubernetes', () => {
    assert.equal(imageOfManifest('nginx', 'docker', platform).canonical, `${HUB}/library/nginx:latest`);
    assert.throws(() => imageOfManifest('docker://nginx', 'docker', platform), { code: 'E_REF' });
    assert.throws(() => imageOfManifest('./a', 'docker', platform), { code: 'E_REF' });
  });

  it('reads a name or an image ID in an appc PodManifest', () => {
    assert.equal(imageOfManifest('a:1', 'appc', platform).canonical, 'a,arch=amd64,os=linux,version=1');
    assert.equal(imageOfManifest(IMAGE_ID, 'appc', platform).kind, 'id');
    assert.throws(() => imageOfManifest('https://example.com/a', 'appc', platform), { code: 'E_REF' });
  });
});

describe('images with aliases', () => {
  const aliases = new Map([
    ['nginx', 'quay.io/team/nginx'],
    ['alpine', 'docker.io/library/alpine'],
  ]);
  const aliased = { ...base, aliases };

  it('reads a docker reference by its alias', () => {
    assert.equal(parseImage('docker://nginx:1', aliased).canonical, 'docker://quay.io/team/nginx:1');
    assert.equal(
      imageOfManifest('alpine', 'docker', platform, aliases).canonical,
      'docker://registry-1.docker.io/library/alpine:latest',
    );
  });

  it('tells the alias that a name was read by', () => {
    const image = parseImage(`docker:nginx:1@${DIGEST}`, aliased);
    assert.equal(image.kind, 'docker');
    assert.deepEqual(image.alias, { name: 'nginx', target: 'quay.io/team/nginx' });
  });

  it('reads names without an alias as before', () => {
    for (const text of ['docker://redis', 'docker://docker.io/library/nginx', 'docker://docker.io/nginx']) {
      assert.deepEqual(parseImage(text, aliased), parseImage(text, base));
    }
  });

  it('never takes what is canonical for a short name', () => {
    for (const text of ['docker://nginx:1', 'docker://alpine', 'docker://redis']) {
      const { canonical } = parseImage(text, aliased);
      assert.equal(parseImage(canonical, aliased).canonical, canonical);
      const { canonical: unaliased } = parseImage(text, base);
      assert.equal(parseImage(unaliased, aliased).canonical, unaliased);
    }
  });

  it('leaves names of appc alone', () => {
    assert.equal(parseImage('nginx', aliased).kind, 'name');
    const app = imageOfManifest('nginx', 'appc', platform, aliases);
    assert.equal(app.canonical, 'nginx,arch=amd64,os=linux');
  });

  it('speaks of what was written when that is wrong', () => {
    const message = /^"nginx:~" is not an image reference: "~" is not a tag/;
    assert.throws(() => parseImage('docker://nginx:~', aliased), { code: 'E_REF', message });
  });
});
