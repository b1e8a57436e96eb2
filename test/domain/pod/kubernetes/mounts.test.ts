import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dockerImage } from '../images.ts';
import { assertMapped, assertRefused, podText } from './mapped.ts';

const SPEC = 'volumes: [{ name: data }, { name: volume-logs }]';

describe('volumeMounts', () => {
  it('become mounts, each with a mount point that says whether it is read-only', () => {
    const text = podText(
      'volumeMounts: [{ name: data, mountPath: /data/, readOnly: true }, { name: data, mountPath: srv }]',
      SPEC,
    );
    const { app, runtime } = assertMapped(text);
    assert.deepEqual(runtime.mounts, [
      { volume: 'data', path: '/data' },
      { volume: 'data', path: '/srv' },
    ]);
    assert.deepEqual(app.mountPoints, [
      { name: 'data', path: '/data', readOnly: true },
      { name: 'data-1', path: '/srv' },
    ]);
  });

  it('stand in the place of the volumes of the image; the others keep away from the names of the pod’s', () => {
    const image = dockerImage({
      mountPoints: [
        { name: 'volume-data', path: '/data' },
        { name: 'volume-logs', path: '/logs' },
      ],
    });
    const { app } = assertMapped(
      podText('volumeMounts: [{ name: data, mountPath: /data }]', SPEC),
      [],
      image,
    );
    assert.deepEqual(app.mountPoints, [
      { name: 'data', path: '/data' },
      { name: 'volume-logs-1', path: '/logs' },
    ]);
  });

  it('of a part of a volume are listed and not made', () => {
    const text = podText(
      'volumeMounts: [{ name: data, mountPath: /a, subPath: «no|a» }, { name: data, mountPath: /b, subPathExpr: «no|$(X)» }]',
      SPEC,
    );
    assert.equal(assertMapped(text, [/subPath: .*whole volume/, /subPathExpr:/]).runtime.mounts, undefined);
    assert.ok(
      assertMapped(podText('volumeMounts: [{ name: data, mountPath: /a, subPath: "" }]', SPEC)).runtime
        .mounts,
    );
  });

  it('list their modes', () => {
    assertMapped(
      podText('volumeMounts: [{ name: data, mountPath: /a, «no|mountPropagation»: Bidirectional }]', SPEC),
      [/volumeMounts\[0\]\.mountPropagation: a mount of appc/],
    );
  });

  it('must be of a volume of the pod, at a path of their own', () => {
    assertRefused(
      podText('volumeMounts: [{ name: dat, mountPath: «bad|/a» }]', SPEC),
      /mounts "dat", and the pod has no volume/,
    );
    assertRefused(
      podText('volumeMounts: [{ name: data, mountPath: /a }, { name: data, mountPath: «bad|/a/» }]', SPEC),
      /another mount/,
    );
    assertRefused(podText('volumeMounts: [{ name: «bad|data» }]', SPEC), /must have "name" and "mountPath"/);
  });
});
