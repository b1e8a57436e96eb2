/** Pods that can be prepared, of appc and of Kubernetes. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ResolvedImage } from '../../../server/src/domain/pod/image-list.ts';
import { appContainers, mapKubernetesPod } from '../../../server/src/domain/pod/kubernetes.ts';
import type { Unmapped } from '../../../server/src/domain/pod/kubernetes.ts';
import type { PodManifest } from '../../../server/src/domain/pod/pod-manifest.ts';
import { readImageManifest, readPodManifest } from '../../../server/src/domain/pod/read-manifest.ts';
import { reify } from '../../../server/src/domain/pod/reify.ts';
import type { ReifiedPod } from '../../../server/src/domain/pod/reify.ts';
import { readPodSpecs } from '../../../server/src/manifest/pod-spec.ts';
import { imageManifest, podManifest } from '../../real/appc-manifests.ts';
import { ID, dockerImage } from './images.ts';

/** A pod of appc and its images. What would be refused is taken out of the generated parts, or added. */
export const appcPod = fc
  .record({
    pod: podManifest,
    image: imageManifest,
    app: podManifest,
  })
  .map(({ pod, image }): { manifest: PodManifest; images: ReadonlyMap<string, ResolvedImage> } => {
    const manifest = readPodManifest(JSON.stringify(pod));
    const own = readImageManifest(JSON.stringify(image));
    const withExec = { user: '0', group: '0', ...own.app, exec: ['/bin/web'] };
    const resolved = { imageId: ID, manifest: { ...own, app: withExec } };
    const [first] = manifest.apps;
    const source = manifest.apps.length > 0 ? manifest.apps : [first ?? { name: 'only', image: {} }];
    const apps = source.map(({ app, mounts = [], image: _asked, ...others }) => {
      const paths = new Set<string>();
      return {
        ...others,
        image: {},
        ...(app && { app: { ...app, exec: ['/bin/own'] } }),
        mounts: mounts.filter(({ path }) => !paths.has(path) && paths.add(path)),
      };
    });
    const needed = apps.flatMap(({ app, mounts }) => [
      ...mounts.map(({ volume }) => volume),
      ...((app ?? withExec).mountPoints ?? []).map(({ name }) => name),
    ]);
    const known = manifest.volumes ?? [];
    const missing = [...new Set(needed)].filter((name) => !known.some((volume) => volume.name === name));
    const volumes = [...known, ...missing.map((name) => ({ name, kind: 'empty' }))];
    const names = apps.flatMap(({ app }) => ((app ?? withExec).ports ?? []).map(({ name }) => name));
    const ports = (manifest.ports ?? []).filter(({ name, podPort }) => podPort ?? names.includes(name));
    const images = new Map(apps.map(({ name }) => [name, resolved]));
    return { manifest: { ...manifest, apps, volumes, ports }, images };
  });

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const flag = fc.boolean();
const quantity = fc.constantFrom('1', '500m', '64Mi', '1.5Gi', '1e3', '0');
const text = fc.constantFrom('', 'x', '$(A)', '$$', '$(B)$(A)', 'ünï', '{{.Name}}', '${HOME}');
const resources = fc.dictionary(fc.constantFrom('cpu', 'memory', 'example.com/gpu'), quantity, {
  maxKeys: 3,
});
const capabilities = fc.uniqueArray(fc.constantFrom('ALL', 'NET_ADMIN', 'CAP_KILL', 'chown'), {
  maxLength: 3,
});
const ids = fc.constantFrom(0, 1, 1000, 65_534);

const container = fc.record(
  {
    image: fc.constant('web'),
    command: fc.array(text, { maxLength: 2 }),
    args: fc.array(text, { maxLength: 2 }),
    workingDir: fc.constantFrom('', '/srv', 'srv'),
    env: fc.array(
      fc.oneof(
        fc.record({ name: fc.constantFrom('A', 'B', 'c.d'), value: text }, { requiredKeys: ['name'] }),
        fc.record({ name: fc.constantFrom('A', 'B', '.x'), valueFrom: fc.constant({ fieldRef: {} }) }),
      ),
      { maxLength: 4 },
    ),
    ports: fc.array(
      fc.record(
        {
          containerPort: fc.constantFrom(1, 80, 65_535),
          hostPort: fc.constantFrom(1, 8080),
          hostIP: fc.constantFrom('', '127.0.0.1', '::1'),
          protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'),
          name: fc.constantFrom('http', 'dns', '80-tcp'),
        },
        { requiredKeys: ['containerPort'] },
      ),
      { maxLength: 3 },
    ),
    volumeMounts: fc.uniqueArray(
      fc.record(
        {
          name: fc.constantFrom('data', 'tmp', 'keys', 'volume-data'),
          mountPath: fc.constantFrom('/data', 'tmp', '/var/lib', '/a/b'),
          readOnly: flag,
          subPath: fc.constantFrom('', 'part'),
          mountPropagation: fc.constant('None'),
        },
        { requiredKeys: ['name', 'mountPath'] },
      ),
      { maxLength: 3, selector: ({ mountPath }) => mountPath },
    ),
    resources: fc.record({ limits: resources, requests: resources }, { requiredKeys: [] }),
    securityContext: fc.record(
      {
        runAsUser: ids,
        runAsGroup: ids,
        capabilities: fc.record({ add: capabilities, drop: capabilities }, { requiredKeys: [] }),
        readOnlyRootFilesystem: flag,
        allowPrivilegeEscalation: flag,
        privileged: flag,
        seLinuxOptions: fc.record(
          {
            user: fc.constant('u'),
            role: fc.constant('r'),
            type: fc.constantFrom('t', 't:x'),
            level: fc.constant('s0:c1,c2'),
          },
          { requiredKeys: ['level'] },
        ),
      },
      { requiredKeys: [] },
    ),
    tty: flag,
    livenessProbe: fc.constant({ httpGet: { port: 80 } }),
  },
  { requiredKeys: ['image'] },
);

/** An object with a pod of Kubernetes. */
export const kubernetesPod = fc
  .record({
    containers: fc.array(container, { minLength: 1, maxLength: 3 }),
    initContainers: fc.array(
      fc.tuple(container, optional(fc.constant('Always'))).map(([init, restartPolicy]) => ({
        ...init,
        ...(restartPolicy && { restartPolicy }),
      })),
      { maxLength: 2 },
    ),
    securityContext: fc.record(
      {
        runAsUser: ids,
        fsGroup: ids,
        supplementalGroups: fc.array(ids, { maxLength: 2 }),
        sysctls: fc.constant([{ name: 'net.core.somaxconn', value: '1024' }]),
      },
      { requiredKeys: [] },
    ),
    labels: fc.dictionary(fc.constantFrom('app', 'app.kubernetes.io/Name'), text, { maxKeys: 2 }),
    hostNetwork: flag,
    kind: fc.constantFrom('Pod', 'Deployment', 'CronJob'),
  })
  .map(({ containers, initContainers, securityContext, labels, hostNetwork, kind }) => {
    const named = (list: readonly object[], prefix: string): object[] =>
      list.map((item, index) => ({ name: `${prefix}${index}`, ...item }));
    const spec = {
      containers: named(containers, 'app-'),
      initContainers: named(initContainers, 'init-'),
      volumes: [
        { name: 'data', hostPath: { path: '/srv', type: 'Directory' } },
        { name: 'tmp', emptyDir: { medium: 'Memory' } },
        { name: 'keys', secret: { secretName: 'keys' } },
        { name: 'volume-data', emptyDir: {} },
      ],
      securityContext,
      hostNetwork,
    };
    const template = { metadata: { labels }, spec };
    const metadata = { name: 'shop', namespace: 'default' };
    if (kind === 'Pod') return { apiVersion: 'v1', kind, metadata: { ...metadata, labels }, spec };
    if (kind === 'Deployment') return { apiVersion: 'apps/v1', kind, metadata, spec: { template } };
    return { apiVersion: 'batch/v1', kind, metadata, spec: { jobTemplate: { spec: { template } } } };
  });

/** Reads an object, maps its pod over an image of docker with volumes and ports, and reifies it. */
export function reifyKubernetes(object: object): ReifiedPod & { readonly unmapped: readonly Unmapped[] } {
  const [spec] = readPodSpecs(JSON.stringify(object), 'json');
  assert.ok(spec?.syntax === 'kubernetes');
  const image = dockerImage({
    mountPoints: [
      { name: 'volume-data', path: '/data' },
      { name: 'volume-cache', path: '/cache' },
    ],
    ports: [{ name: '80-tcp', protocol: 'tcp', port: 80, count: 1, socketActivated: false }],
    environment: [{ name: 'A', value: 'image' }],
  });
  const images = new Map(appContainers(spec.pod).map(({ name }) => [name, image]));
  const mapped = mapKubernetesPod(spec.pod, images);
  assert.ok('manifest' in mapped, JSON.stringify(mapped));
  const reified = reify(mapped.manifest, images);
  assert.ok('manifest' in reified, JSON.stringify(reified));
  return { ...reified, unmapped: mapped.unmapped };
}
