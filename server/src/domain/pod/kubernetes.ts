import type { KubernetesContainer, KubernetesPod, Pair } from '../../manifest/pod-spec/kubernetes-pod.ts';
import type { ResolvedImage } from './image-list.ts';
import { mapContainer } from './kubernetes/container.ts';
import { MappingLog } from './kubernetes/mapping-log.ts';
import type { Unmapped } from './kubernetes/mapping-log.ts';
import { mapVolumes } from './kubernetes/volumes.ts';
import { AC_VERSION } from './pod-manifest.ts';
import type { ExposedPort, NameValue, PodManifest, RuntimeApp, Texts } from './pod-manifest.ts';
import type { PodProblem } from './pod-problem.ts';

export type { Unmapped } from './kubernetes/mapping-log.ts';

/**
 * Maps a pod of Kubernetes to one of appc (docs/prepare.md has the table). What has no mapping is listed; nothing is left out
 * in silence.
 * @param images by the names of the containers of {@link appContainers}
 * @returns a manifest for {@link reify}, or why there is none
 */
export function mapKubernetesPod(
  pod: KubernetesPod,
  images: ReadonlyMap<string, ResolvedImage>,
):
  | { readonly manifest: PodManifest; readonly unmapped: readonly Unmapped[] }
  | { readonly problems: readonly PodProblem[] } {
  const { manifest, log } = mapPod(pod, images);
  const problems = [...pod.problems, ...log.problems];
  return problems.length > 0 ? { problems } : { manifest, unmapped: log.unmapped };
}

function mapPod(
  pod: KubernetesPod,
  images: ReadonlyMap<string, ResolvedImage>,
): { readonly manifest: PodManifest; readonly log: MappingLog } {
  const log = new MappingLog();
  const containers = appContainers(pod);
  listOthers(pod, containers, log);
  const volumes = mapVolumes(pod, containers, log);
  const context = { pod, volumes, portNames: new Set<string>(), log };
  const apps: RuntimeApp[] = [];
  const ports: ExposedPort[] = [];
  for (const container of containers) {
    const image = images.get(container.name);
    if (image === undefined) {
      log.refuse(container.span, `The image of ${container.path} was not resolved.`);
      continue;
    }
    const { app, exposed } = mapContainer(container, image, context);
    apps.push(app);
    ports.push(...exposed);
  }
  const mapped = [...volumes.values()].filter((volume) => volume !== undefined);
  const manifest: PodManifest = {
    acVersion: AC_VERSION,
    acKind: 'PodManifest',
    apps,
    ...(mapped.length > 0 && { volumes: mapped }),
    ...(pod.security.sysctls.length > 0 && {
      isolators: [{ name: 'os/unix/sysctl', value: textsOf(pod.security.sysctls) }],
    }),
    ...metadataOf(pod),
    ...(ports.length > 0 && { ports }),
  };
  return { manifest, log };
}

/** The containers that become apps: all that run together, so also the init containers that go on running beside the others. */
export function appContainers({ containers }: KubernetesPod): readonly KubernetesContainer[] {
  return containers.filter((container) => container.role === 'container' || isSidecar(container));
}

/**
 * What of a pod has no mapping, whatever its images are: for an editor that shows it at its place after the pod was prepared.
 */
export function unmappedOf(pod: KubernetesPod): readonly Unmapped[] {
  const images = appContainers(pod).map(({ name, security }) => {
    // Whose user is the one that is asked for, and not root.
    const user = String((security.runAsUser ?? pod.security.runAsUser)?.value ?? 65_534);
    const app = { exec: ['/'], user, group: user };
    return [name, { imageId: '', manifest: { name: '', labels: [], annotations: [], app } }] as const;
  });
  return mapPod(pod, new Map(images)).log.unmapped;
}

function isSidecar({ role, restartPolicy }: KubernetesContainer): boolean {
  return role === 'initContainer' && restartPolicy?.value === 'Always';
}

/** Lists what is no app, and what is of no app. */
function listOthers(pod: KubernetesPod, apps: readonly KubernetesContainer[], log: MappingLog): void {
  log.listUnread(pod.unread);
  for (const container of pod.containers) {
    const { restartPolicy, role } = container;
    if (!apps.includes(container))
      log.list(
        container,
        role === 'initContainer'
          ? 'appc starts the apps of a pod together and has none that must end before'
          : 'it is for looking into a pod that runs already',
      );
    else if (role === 'initContainer' && restartPolicy !== undefined)
      log.list(restartPolicy, 'appc starts the apps of a pod together, not this one before the others');
  }
}

/** The names that rkt gave its pods of Kubernetes; labels and annotations are the user's own. */
function metadataOf(pod: KubernetesPod): Partial<PodManifest> {
  const annotations: NameValue[] = [];
  for (const key of ['name', 'namespace'] as const) {
    const value = pod[key]?.value;
    if (value !== undefined) annotations.push({ name: `rkt.kubernetes.io/${key}`, value });
  }
  return {
    ...(annotations.length > 0 && { annotations }),
    ...(pod.annotations.length > 0 && { userAnnotations: textsOf(pod.annotations) }),
    ...(pod.labels.length > 0 && { userLabels: textsOf(pod.labels) }),
  };
}

function textsOf(pairs: readonly Pair[]): Texts {
  return Object.fromEntries(pairs.map(({ key, value }) => [key.value, value.value]));
}
