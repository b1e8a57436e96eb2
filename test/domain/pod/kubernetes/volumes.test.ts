import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Volume } from '../../../../server/src/domain/pod/pod-manifest.ts';
import { assertMapped, assertRefused, podText } from './mapped.ts';

function volumes(spec: string, container = '', reasons: readonly RegExp[] = []): readonly Volume[] {
  return assertMapped(podText(container, spec), reasons).manifest.volumes ?? [];
}

describe('volumes', () => {
  it('that are empty become empty ones, also where nothing says what they are', () => {
    const empty = { kind: 'empty', mode: '0777', uid: 0, gid: 0 };
    assert.deepEqual(volumes('volumes: [{ name: a, emptyDir: {} }, { name: b, emptyDir: }, { name: c }]'), [
      { name: 'a', ...empty },
      { name: 'b', ...empty },
      { name: 'c', ...empty },
    ]);
  });

  it('that are empty belong to the group of the pod', () => {
    assert.deepEqual(volumes('securityContext: { fsGroup: 7 }\nvolumes: [{ name: a, emptyDir: {} }]'), [
      { name: 'a', kind: 'empty', mode: '2777', uid: 0, gid: 7 },
    ]);
  });

  it('of the host are read-only where every mount is', () => {
    const spec = 'volumes: [{ name: a, hostPath: { path: /srv } }]';
    const host = { name: 'a', kind: 'host', source: '/srv', recursive: true };
    assert.deepEqual(volumes(spec), [host]);
    const mount = (path: string, readOnly: boolean): string =>
      `{ name: a, mountPath: ${path}, readOnly: ${readOnly} }`;
    assert.deepEqual(volumes(spec, `volumeMounts: [${mount('/a', true)}, ${mount('/b', true)}]`), [
      { ...host, readOnly: true },
    ]);
    assert.deepEqual(volumes(spec, `volumeMounts: [${mount('/a', true)}, ${mount('/b', false)}]`), [host]);
  });

  it('list what they have beside that', () => {
    const spec = `
volumes:
- { name: a, emptyDir: { «no|medium»: Memory, «no|sizeLimit»: 1Gi } }
- { name: b, hostPath: { path: /srv, «no|type»: Directory } }
`;
    assert.equal(volumes(spec, '', [/medium/, /sizeLimit: .*no limit/, /hostPath\.type/]).length, 2);
  });

  it('of other kinds are listed, and so are their mounts', () => {
    const spec = `
volumes:
- { name: a, «no|configMap»: { name: c } }
- { name: b, «no|persistentVolumeClaim»: { claimName: c } }
- { name: c, «no|image»: { reference: nginx } }
`;
    const mounts = 'volumeMounts: [{ name: a, mountPath: «no|/a» }]';
    const reasons = [
      /a cluster/,
      /of the host and empty ones/,
      /mounts no images/,
      /its volume "a" has no mapping/,
    ];
    assert.deepEqual(volumes(spec, mounts, reasons), []);
  });

  it('have names, each one of its own, and an absolute path', () => {
    assertRefused(podText('', 'volumes: [{ name: «bad|A», emptyDir: {} }]'), /must be an AC name/);
    assertRefused(podText('', 'volumes: [{ name: a }, { name: «bad|a» }]'), /must be unique/);
    assertRefused(podText('', 'volumes: [{ name: a, hostPath: { path: «bad|srv» } }]'), /absolute path/);
    assertRefused(podText('', 'volumes: [{ name: a, «bad|hostPath»: }]'), /absolute path/);
  });
});
