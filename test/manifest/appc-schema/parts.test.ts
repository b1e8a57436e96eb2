import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { appcProblems } from '../../../server/src/manifest/appc-schema/appc-problems.ts';
import { assertProblems, image, imageWithApp, pod } from './problems.ts';

describe('labels', () => {
  const labels = (...pairs: string[]) =>
    image(`"labels": [${pairs.map((pair) => `{ "name": "${pair.replace('=', '", "value": "')}" }`).join()}]`);

  it('have unique names that are not "name"', () => {
    assertProblems(labels('version=1', 'os=linux', 'arch=s390x'));
    assertProblems(labels('a=1', '«schema|a»=2'), /"a" again, and the names of labels/);
    assertProblems(labels('«schema|name»=a'), /must not be "name"/);
    assertProblems(labels('«schema|A»=a'));
    assertProblems(image('"labels": [«spec|{» "name": "b" }]'), /should have "value"/);
    assertProblems(image('"labels": [«spec|{» "value": "a" }]'), /should have "name"/);
  });

  it('may be without a name once, as appc has it', () => {
    const text = image('"labels": [{ "value": "a" }, { "value": "b" }]');
    const [problem] = appcProblems(text).filter(({ rule }) => rule === 'appc-schema');
    assert.equal(problem?.message, 'Only one item of labels may be without "name".');
    assert.equal(problem.span.start, text.lastIndexOf('{'));
  });

  it('have an os and an arch that go together', () => {
    assertProblems(labels('os=«schema|plan9»'), /one of linux, freebsd, darwin; it is "plan9"/);
    assertProblems(
      labels('arch=«schema|x86_64»', 'os=linux'),
      /one of amd64, .* for the os linux; it is "x86_64"/,
    );
    assertProblems(labels('arch=anything'));
    assertProblems(labels('os=${OS}', 'arch=any'));
  });
});

describe('annotations', () => {
  const annotation = (name: string, value: string) =>
    image(`"annotations": [{ "name": "${name}", "value": "${value}" }]`);

  it('have unique names', () => {
    assertProblems(
      pod('"apps": [], "annotations": [{ "name": "a", "value": "" }, { "name": "«schema|a»", "value": "" }]'),
    );
    assertProblems(pod('"apps": [], "annotations": [{ "name": "«schema|a b»", "value": "" }]'));
  });

  for (const date of ['2026-01-31T12:00:00Z', '2024-02-29T23:59:59.123456789+14:00', '0004-02-29T1:00:00Z'])
    it(`have the date ${date}`, () => assertProblems(annotation('created', date)));
  for (const date of [
    '2026-01-31',
    '2026-02-29T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31 12:00:00Z',
    '2026-13-01T00:00:00Z',
    'now',
  ])
    it(`do not have the date ${date}`, () =>
      assertProblems(annotation('created', `«schema|${date}»`), /date as in RFC 3339/));

  for (const url of [
    'http://a',
    'HTTPS://a:80/b?c=%zz#d',
    'http://u:p@[::1]/',
    'http:a',
    'https://',
    'http://a/b c',
  ])
    it(`have the URL ${url}`, () => assertProblems(annotation('homepage', url)));
  for (const url of [
    'ftp://a',
    'a',
    '//a',
    'http://a b/',
    'http://a/%zz',
    'http://a:b/',
    'http://[::1/',
    'http://a/#%q',
  ])
    it(`do not have the URL ${url}`, () =>
      assertProblems(annotation('documentation', `«schema|${url}»`), /http or https URL/));
});

describe('volumes', () => {
  const volumes = (...list: string[]) =>
    pod(`"apps": [], "volumes": [${list.map((members) => `{ ${members} }`).join()}]`);

  it('are of one kind', () => {
    assertProblems(
      volumes(
        '"name": "a", "kind": "host", "source": "/a", "readOnly": true, "recursive": null',
        '"name": "b", "kind": "empty", "mode": "0700", "uid": 1, "gid": -1',
      ),
    );
    assertProblems(
      volumes('"name": "a", "kind": "«schema|tmpfs»"'),
      /must be "host" or "empty"; it is "tmpfs"/,
    );
    assertProblems(volumes('"name": "a", "kind": «schema|""»'));
    assertProblems(
      volumes('"name": "a", "kind": "host", "source": "«schema|a»"'),
      /an absolute path on the host/,
    );
    assertProblems(volumes('"name": "a", "kind": "host", "source": «schema|""»'));
    assertProblems(
      volumes('"name": "a", "kind": "host", "source": "/a", "«schema|uid»": 0'),
      /must not have "uid": its kind is "host"/,
    );
    assertProblems(volumes('"name": "a", "kind": "empty", "«schema|source»": "/a"'));
    assertProblems(
      volumes('"name": "a", "kind": "empty", "source": "", "mode": "«spec|rwx»", "uid": «schema|0.5»'),
    );
  });

  it('have unique names', () => {
    assertProblems(volumes('"name": "a", "kind": "empty"', '"name": "«schema|a»", "kind": "empty"'));
    assertProblems(pod('"apps": [], "volumes": [«schema|{» "kind": "empty" }, «schema|null»]'));
  });
});

describe('ports', () => {
  const port = (members: string) => imageWithApp(`"ports": [{ "name": "a", "protocol": "tcp", ${members} }]`);
  const hostPort = (members: string) => pod(`"apps": [], "ports": [{ "name": "a", ${members} }]`);

  it('are numbers from 1 to 65535, ranges too', () => {
    assertProblems(port('"port": 65535, "count": 1'));
    for (const number of ['0', '65536', '-1', '1.5', '1e3'])
      assertProblems(port(`"port": «schema|${number}»`), /from 1 to 65535/);
    assertProblems(port('"port": 65535, "count": «schema|2»'), /must end at port 65535/);
    assertProblems(
      imageWithApp('"ports": [«schema|{» "name": "a", "protocol": "tcp" }]'),
      /must have "port"/,
    );
    assertProblems(
      imageWithApp(
        '"ports": [{ "name": "a", "protocol": "«spec|sctp»", "port": 1 }, { "name": "«spec|a»", "protocol": "udp", "port": 1 }]',
      ),
    );
  });

  it('of the host have an address and lead to a port', () => {
    for (const address of ['', '127.0.0.1', '::', '::ffff:1.2.3.4', 'fe80::1'])
      assertProblems(hostPort(`"hostPort": 80, "hostIP": "${address}"`));
    for (const address of ['localhost', '1.2.3', '1.2.3.04', '1::2::3', '[::1]'])
      assertProblems(hostPort(`"hostPort": 80, "hostIP": "«schema|${address}»"`), /must be an IP address/);
    assertProblems(hostPort('"hostPort": «spec|70000»'));
    assertProblems(hostPort('"hostPort": "«schema|80»"'));
    assertProblems(
      hostPort('"hostPort": 80, "podPort": { "name": "a", "protocol": "tcp", "port": «schema|0» }'),
    );
  });
});

describe('an ImageManifest', () => {
  it('has a name', () => {
    assertProblems('«schema|{» "acKind": "ImageManifest", "acVersion": "0.8.11" }', /must have "name"/);
    assertProblems('{ "acKind": "ImageManifest", "acVersion": "0.8.11", "name": «schema|null» }');
  });

  it('has dependencies with names, and a white list of paths', () => {
    assertProblems(
      image(
        '"dependencies": [{ "imageName": "a", "imageID": "«spec|sha512-ab»", "size": 1 }, «schema|{» "size": «schema|-1» }, «schema|null»]',
      ),
    );
    assertProblems(
      image(
        '"dependencies": [{ "imageName": "a", "imageID": null, "labels": [{ "name": "os", "value": "«schema|x»" }] }]',
      ),
    );
    assertProblems(image('"pathWhitelist": ["/a", "«spec|b»", «schema|1»]'));
  });
});
