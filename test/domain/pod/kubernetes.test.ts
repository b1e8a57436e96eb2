import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { appContainers, mapKubernetesPod, unmappedOf } from '../../../server/src/domain/pod/kubernetes.ts';
import { readMarkers } from '../../helpers/markers.ts';
import { kubernetesPod, reifyKubernetes } from './generated-pods.ts';
import { ID, dockerImage } from './images.ts';
import { assertMapped, assertRefused, podIn, podText } from './kubernetes/mapped.ts';

describe('mapKubernetesPod', () => {
  it('makes an app of each container, over what its image says', () => {
    const image = dockerImage({ workingDirectory: '/srv', userLabels: { a: 'b' }, user: '33', group: '33' });
    const { manifest } = assertMapped(podText('workingDir: work/../run\nimagePullPolicy: Never'), [], image);
    assert.deepEqual(manifest, {
      acVersion: '0.8.11',
      acKind: 'PodManifest',
      apps: [
        {
          name: 'web',
          image: { name: 'registry-1.docker.io/library/web', id: ID, labels: [] },
          app: {
            exec: ['/entry', 'serve'],
            user: '33',
            group: '33',
            workingDirectory: '/run',
            userLabels: { a: 'b' },
          },
        },
      ],
      annotations: [{ name: 'rkt.kubernetes.io/name', value: 'shop' }],
    });
    assert.equal(assertMapped(podText('tty: false'), [], image).app.workingDirectory, '/srv');
  });

  it('keeps the name, the namespace, the labels and the annotations', () => {
    const text = podText('tty: false').replace(
      'metadata: { name: shop }',
      'metadata: { name: shop, namespace: prod, labels: { App/Name: x, n: 1 }, annotations: { e: }, «no|uid»: u }',
    );
    const { annotations, userLabels, userAnnotations } = assertMapped(text).manifest;
    assert.deepEqual(annotations, [
      { name: 'rkt.kubernetes.io/name', value: 'shop' },
      { name: 'rkt.kubernetes.io/namespace', value: 'prod' },
    ]);
    assert.deepEqual(userLabels, { 'App/Name': 'x', n: '1' });
    assert.deepEqual(userAnnotations, { e: '' });
  });

  it('lists everything else at its place, and says why', () => {
    const { manifest } = assertMapped(
      podText(
        `
«no|livenessProbe»: { httpGet: { port: 80 } }
«no|lifecycle»: { preStop: {} }
«no|tty»: true
«no|comand»: [x]
`,
        `
«no|restartPolicy»: Never
«no|hostNetwork»: true
hostPID: false
«no|nodeSelector»: { disk: ssd }
«no|serviceAccountName»: shop
affinity:
initContainers: [{ name: «no|wait», image: busybox, livenessProbe: {} }]
ephemeralContainers: [{ name: «no|debug», image: busybox }]
`,
      ),
      [
        /^spec\.restartPolicy: appc leaves restarts/,
        /hostNetwork: .*namespaces/,
        /nodeSelector: .*nodes/,
        /serviceAccountName: .*cluster/,
        /^spec\.initContainers\[0\]: .*must end before/,
        /^spec\.ephemeralContainers\[0\]: /,
        /^spec\.containers\[0\]\.livenessProbe: appc has no health checks$/,
        /lifecycle: .*event handlers/,
        /tty: .*terminal/,
        /comand: appc has no place for it$/,
      ],
    );
    assert.deepEqual(
      manifest.apps.map(({ name }) => name),
      ['web'],
    );
  });

  it('makes an app of an init container that goes on running', () => {
    const spec =
      'initContainers: [{ name: proxy, image: p, restartPolicy: «no|Always», «no|startupProbe»: {} }]';
    const { manifest } = assertMapped(podText('tty: false', spec), [/not this one before the others/]);
    assert.deepEqual(
      manifest.apps.map(({ name }) => name),
      ['proxy', 'web'],
    );
  });

  it('writes the paths of the object that the pod is in', () => {
    const text = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        metadata: { labels: { a: b } }
        spec:
          «no|restartPolicy»: Never
          containers: [{ name: web, image: w, «no|stdin»: true }]
`;
    const { manifest } = assertMapped(text, [
      /^spec\.jobTemplate\.spec\.template\.spec\.restartPolicy:/,
      /^spec\.jobTemplate\.spec\.template\.spec\.containers\[0\]\.stdin:/,
    ]);
    assert.deepEqual(manifest.annotations, [{ name: 'rkt.kubernetes.io/name', value: 'nightly' }]);
    assert.deepEqual(manifest.userLabels, { a: 'b' });
  });

  it('refuses a pod that no API server would take', () => {
    assertRefused(podText('tty: false').replace('name: web', 'name: «bad|Web»'), /name must be an AC name/);
    const twice = podText('tty: false', 'initContainers: [{ name: web, image: x }]');
    assertRefused(twice.replace('- name: web', '- name: «bad|web»'), /names must be unique in a pod/);
  });

  it('refuses a container whose image was not resolved', () => {
    const mapped = mapKubernetesPod(podIn(podText('tty: false')), new Map());
    assert.ok('problems' in mapped);
    assert.match(mapped.problems[0]?.message ?? '', /image of spec\.containers\[0\] was not resolved/);
  });

  it('drops nothing in silence: a key that is new somewhere is listed', () =>
    fc.assert(
      fc.property(kubernetesPod, fc.nat(), (object, place) => {
        const changed = structuredClone(object);
        const holders = objectsIn(podSpecOf(changed));
        const holder = holders[place % holders.length];
        assert.ok(holder !== undefined);
        holder['somethingNew'] = { deep: [1] };
        const listed = reifyKubernetes(changed).unmapped;
        const isListed = listed.some(({ path }) => path.endsWith('somethingNew'));
        // In a container that is no app, or in what is listed as a whole, the whole says it.
        assert.ok(
          isListed ||
            isInside(
              changed,
              holder,
              listed.map(({ path }) => path),
            ),
        );
      }),
    ));
});

type Json = Record<string, unknown>;

function podSpecOf(object: object): Json {
  let spec = (object as { spec: Json }).spec;
  for (const key of ['jobTemplate', 'spec', 'template', 'spec'])
    if (!('containers' in spec) && key in spec) spec = spec[key] as Json;
  return spec;
}

/** Every object of the spec but those whose keys are names of the user’s. */
function objectsIn(value: unknown, key = ''): Json[] {
  if (Array.isArray(value)) return value.flatMap((item) => objectsIn(item, key));
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([name, item]) => objectsIn(item, name));
  return ['limits', 'requests', 'sysctls', 'seLinuxOptions', 'labels'].includes(key)
    ? below
    : [value as Json, ...below];
}

function isInside(root: object, holder: Json, paths: readonly string[]): boolean {
  return paths.some((path) => {
    let value: unknown = root;
    for (const step of path.match(/[^.[\]"]+/g) ?? []) value = (value as Json | undefined)?.[step];
    return value === holder || objectsIn(value).includes(holder);
  });
}

describe('appContainers', () => {
  it('are those that run together', () => {
    const spec = `
initContainers: [{ name: a, image: a }, { name: b, image: b, restartPolicy: Always }]
ephemeralContainers: [{ name: c, image: c }]
`;
    const names = appContainers(podIn(podText('tty: false', spec))).map(({ name }) => name);
    assert.deepEqual(names, ['b', 'web']);
  });
});

describe('unmappedOf', () => {
  it('is what is listed whatever the images are, in the order of the text', () => {
    const { text, marks } = readMarkers(
      podText(
        `
securityContext: { runAsNonRoot: true, «no|privileged»: true }
«no|tty»: true
volumeMounts: [{ name: other, mountPath: /x }]
`,
        '«no|hostNetwork»: true',
      ),
    );
    assert.deepEqual(
      unmappedOf(podIn(text)).map(({ span }) => span),
      marks.map(({ span }) => span),
    );
  });

  it('is part of what mapping a pod lists', () =>
    fc.assert(
      fc.property(kubernetesPod, (object) => {
        const pod = podIn(JSON.stringify(object));
        const listed = new Set(reifyKubernetes(object).unmapped.map(({ path }) => path));
        for (const { path } of unmappedOf(pod)) assert.ok(listed.has(path), path);
      }),
    ));
});
