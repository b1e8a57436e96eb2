import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { appcImage, dockerImage } from '../images.ts';
import { assertMapped, assertRefused, podText } from './mapped.ts';

describe('ports', () => {
  it('have a name, or are called by what they are', () => {
    const text = podText(
      'ports: [{ name: http, containerPort: 80 }, { containerPort: 53, protocol: UDP }, { containerPort: 443 }]',
    );
    const { app, manifest } = assertMapped(text);
    assert.deepEqual(app.ports, [
      { name: 'http', protocol: 'tcp', port: 80 },
      { name: '53-udp', protocol: 'udp', port: 53 },
      { name: '443-tcp', protocol: 'tcp', port: 443 },
    ]);
    assert.equal(manifest.ports, undefined);
  });

  it('of the host lead to those of an app', () => {
    const text = podText(
      'ports: [{ containerPort: 80, hostPort: 8080, hostIP: 127.0.0.1 }, { containerPort: 81, hostPort: 81, hostIP: "" }]',
    );
    assert.deepEqual(assertMapped(text).manifest.ports, [
      { name: '80-tcp', hostPort: 8080, hostIP: '127.0.0.1' },
      { name: '81-tcp', hostPort: 81 },
    ]);
  });

  it('stand before those of the image, which stay', () => {
    const image = dockerImage({
      ports: [
        { name: '80-tcp', protocol: 'tcp', port: 80 },
        { name: '443-tcp', protocol: 'tcp', port: 443 },
        { port: 9 },
      ],
    });
    const { app } = assertMapped(podText('ports: [{ name: http, containerPort: 80 }]'), [], image);
    assert.deepEqual(
      app.ports?.map(({ name }) => name),
      ['http', '443-tcp', '9-tcp'],
    );
  });

  it('have names that are unique in the pod', () => {
    const second =
      '\n- name: second\n  image: nginx\n  ports: [{ name: «no|http», containerPort: 81, hostPort: 81 }]';
    const text =
      podText('ports: [{ name: http, containerPort: 80 }]').trimEnd() + second.replaceAll('\n', '\n    ');
    const { manifest } = assertMapped(text, [/ports\[0\]\.name: .*called "http-1"|"http-1"/]);
    assert.equal(manifest.apps[1]?.app?.ports?.[0]?.name, 'http-1');
    assert.deepEqual(manifest.ports, [{ name: 'http-1', hostPort: 81 }]);
  });

  it('list a protocol that appc does not have', () => {
    const { app } = assertMapped(podText('ports: [{ containerPort: 1, protocol: «no|SCTP» }]'), [
      /tcp or udp/,
    ]);
    assert.equal(app.ports, undefined);
  });

  it('must be ports', () => {
    assertRefused(podText('ports: [{ containerPort: «bad|0» }]'), /from 1 to 65535; it is 0/);
    assertRefused(podText('ports: [{ containerPort: 1, hostPort: «bad|65536» }]'), /hostPort must/);
    assertRefused(podText('ports: [«bad|»{ name: http }]'), /must have "containerPort"/);
    assertRefused(podText('ports: [{ containerPort: 1, name: «bad|HTTP» }]'), /name must be an AC name/);
    assertRefused(
      podText('ports: [{ containerPort: 1, hostPort: 1, hostIP: «bad|lo» }]'),
      /must be an IP address/,
      appcImage(),
    );
  });
});
