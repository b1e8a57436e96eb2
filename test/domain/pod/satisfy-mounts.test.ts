import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Mount, MountPoint, Volume } from '../../../server/src/domain/pod/pod-manifest.ts';
import { satisfyMounts } from '../../../server/src/domain/pod/satisfy-mounts.ts';

const data: Volume = { name: 'data', kind: 'host', source: '/srv' };
const point: MountPoint = { name: 'data', path: '/data' };

function satisfy(
  mounts: readonly Mount[],
  mountPoints: readonly MountPoint[],
  { volumes = [data], isDocker = false }: { volumes?: readonly Volume[]; isDocker?: boolean } = {},
) {
  const ledger = { volumes: [...volumes], notes: [], problems: [] };
  const app = { exec: ['/bin/web'], user: '0', group: '0', mountPoints };
  const found = satisfyMounts({ name: 'web', image: {}, mounts }, app, isDocker, ledger);
  return { mounts: found, ...ledger };
}

describe('satisfyMounts', () => {
  it('mounts a volume at the mount point of its name', () => {
    assert.deepEqual(satisfy([], [point]).mounts, [{ volume: 'data', path: '/data' }]);
  });

  it('takes a mount at the path first, however the path is written', () => {
    const mounts = [{ volume: 'other', path: '/data/' }];
    const other = { ...data, name: 'other' };
    const found = satisfy(mounts, [point], { volumes: [data, other] });
    assert.deepEqual(found.mounts, mounts);
    assert.deepEqual(found.problems, []);
  });

  it('keeps a mount where the app has no mount point', () => {
    const mounts = [{ volume: 'data', path: '/elsewhere' }];
    assert.deepEqual(satisfy(mounts, []).mounts, mounts);
  });

  it('takes the volume that a mount brings along', () => {
    const mounts = [{ volume: 'own', path: '/data', appVolume: { name: 'own', kind: 'empty' } }];
    assert.deepEqual(satisfy(mounts, [point], { volumes: [] }).problems, []);
  });

  it('refuses a mount point of appc that nothing satisfies, by app, name and path', () => {
    assert.deepEqual(satisfy([], [{ name: 'cache', path: '/var/cache' }]).problems, [
      {
        message:
          'The mount point "cache" of the app "web", at "/var/cache", is not satisfied because the pod has neither a mount there nor a volume of this name; add one to the pod manifest.',
      },
    ]);
  });

  it('makes an empty volume for one of docker, under a name of its own, and says so', () => {
    const taken = { ...data, name: 'web-data' };
    const { volumes, mounts, notes } = satisfy([], [point], { volumes: [taken], isDocker: true });
    assert.deepEqual(volumes.slice(1), [{ name: 'web-data-1', kind: 'empty', mode: '0755', uid: 0, gid: 0 }]);
    assert.deepEqual(mounts, [{ volume: 'web-data-1', path: '/data' }]);
    assert.deepEqual(notes, [
      {
        app: 'web',
        message:
          'The pod mounts nothing at /data of the app "web", so it gets the empty volume "web-data-1", as docker would give it one.',
      },
    ]);
  });

  it('refuses a mount of a volume that is not there, and names those that are', () => {
    const mounts = [{ volume: 'dat', path: '/data' }];
    const [problem] = satisfy(mounts, []).problems as { message: string }[];
    assert.match(problem?.message ?? '', /"web" mounts "dat" at "\/data".*\(it has "data"\)/);
    const [none] = satisfy(mounts, [], { volumes: [] }).problems as { message: string }[];
    assert.match(none?.message ?? '', /\(it has none\)/);
  });

  it('refuses two mounts at one path', () => {
    const mounts = [
      { volume: 'data', path: '/data' },
      { volume: 'data', path: '//data' },
    ];
    const [problem] = satisfy(mounts, []).problems as { message: string }[];
    assert.match(problem?.message ?? '', /two mounts at "\/data"/);
  });

  it('mounts once where the app has two mount points at one path', () => {
    assert.equal(satisfy([], [point, { ...point, name: 'again' }]).mounts.length, 1);
  });
});
