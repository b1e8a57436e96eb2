import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { appOf } from '../../../server/src/engine/aci/docker-app.ts';
import type { AciApp } from '../../../server/src/engine/aci/docker-app.ts';
import { parseDockerConfig } from '../../../server/src/engine/aci/docker-config.ts';

function app(config: object): { app: AciApp; unmapped: string[] } {
  const unmapped: string[] = [];
  const mapped = appOf(parseDockerConfig(JSON.stringify({ config })), undefined, (what) =>
    unmapped.push(what),
  );
  return { app: mapped, unmapped };
}

describe("an ACI's app", () => {
  it('runs the entrypoint with the command', () => {
    assert.deepEqual(app({ Entrypoint: ['/run', '-x'], Cmd: ['serve'] }).app.exec, ['/run', '-x', 'serve']);
    assert.deepEqual(app({ Cmd: ['sh'] }).app.exec, ['sh']);
    assert.deepEqual(app({}).app.exec, []);
  });

  it('has an absolute working directory', () => {
    assert.equal(app({}).app.workingDirectory, '/');
    assert.equal(app({ WorkingDir: '/srv/app' }).app.workingDirectory, '/srv/app');
    assert.equal(app({ WorkingDir: 'srv/../app/' }).app.workingDirectory, '/app');
  });

  it('has each variable once, with its last value', () => {
    const { app: mapped, unmapped } = app({ Env: ['A=1', 'B.b-c=x=y', 'A=2', 'EMPTY='] });
    assert.deepEqual(mapped.environment, [
      { name: 'A', value: '2' },
      { name: 'B.b-c', value: 'x=y' },
      { name: 'EMPTY', value: '' },
    ]);
    assert.deepEqual(unmapped, []);
  });

  it('lists variables that appc would refuse', () => {
    const { app: mapped, unmapped } = app({ Env: ['NOVALUE', '1A=x', 'a b=x', '=x', 'é=x'] });
    assert.deepEqual(mapped.environment, []);
    assert.deepEqual(unmapped, ['Env NOVALUE', 'Env 1A', 'Env a b', 'Env ', 'Env é']);
  });

  it('has ports and ranges of ports', () => {
    const { app: mapped } = app({
      ExposedPorts: { '80': {}, '80/tcp': {}, '53/UDP': {}, '8000-8010/tcp': {} },
    });
    assert.deepEqual(
      mapped.ports.map(({ name, protocol, port, count }) => [name, protocol, port, count]),
      [
        ['53-udp', 'udp', 53, 1],
        ['80-tcp', 'tcp', 80, 1],
        ['8000-8010-tcp', 'tcp', 8000, 11],
      ],
    );
  });

  it('lists ports that are none', () => {
    const { app: mapped, unmapped } = app({
      ExposedPorts: { '0/tcp': {}, '65536': {}, '9-8': {}, 'http/tcp': {}, '': {} },
    });
    assert.deepEqual(mapped.ports, []);
    assert.deepEqual(unmapped.sort(), [
      'ExposedPorts ',
      'ExposedPorts 0/tcp',
      'ExposedPorts 65536',
      'ExposedPorts 9-8',
      'ExposedPorts http/tcp',
    ]);
  });

  it('has a mount point for each volume, with a name of its own', () => {
    const { app: mapped } = app({
      Volumes: { '/var/lib/data': {}, '/var/lib-data': {}, 'Relative/': {}, '/': {}, '/Relative': {} },
    });
    assert.deepEqual(mapped.mountPoints, [
      { name: 'volume', path: '/' },
      { name: 'volume-relative', path: '/Relative' },
      { name: 'volume-var-lib-data', path: '/var/lib-data' },
      { name: 'volume-var-lib-data-1', path: '/var/lib/data' },
    ]);
  });

  it("keeps the image's labels", () => {
    assert.deepEqual(app({ Labels: { 'org.x': 'y', '': 'z' } }).app.userLabels, { 'org.x': 'y', '': 'z' });
  });
});
