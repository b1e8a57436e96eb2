import type { KubernetesObject } from '../kubernetes.ts';
import { podSpecPath } from '../pod-kinds.ts';
import { follow } from '../tree.ts';
import { readerAt } from './key-reader.ts';
import type { KeyReader, Reading } from './key-reader.ts';
import type { KubernetesContainer, KubernetesPod, SpecProblem } from './kubernetes-pod.ts';
import { readContainer } from './read-container.ts';
import { readSecurity } from './read-security.ts';
import { readClaim, readVolume } from './read-volume.ts';

/** How many values one pod is read for. */
const MAX_VALUES = 20_000;

const CONTAINERS: readonly (readonly [key: string, role: KubernetesContainer['role']])[] = [
  ['initContainers', 'initContainer'],
  ['containers', 'container'],
  ['ephemeralContainers', 'ephemeralContainer'],
];

/** Keys of the spec whose `false` is what appc does anyway. */
const OFF = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'setHostnameAsFQDN'];

/**
 * Reads the pod of an object; undefined for an object without one. What is around the pod (replicas, a schedule) belongs to
 * whoever makes pods from it, and is not looked at.
 * @param offset where the document starts in its file, in UTF-16 units
 */
export function readKubernetesPod(
  { reached, kind, group }: KubernetesObject,
  offset: number,
): KubernetesPod | undefined {
  const specPath = podSpecPath(kind, group);
  const { node, via } = follow(reached);
  if (specPath === undefined || node?.kind !== 'map') return undefined;
  const { start, end } = via ?? node.span;
  const span = { start: start + offset, end: end + offset };
  const problems: SpecProblem[] = [];
  const reading: Reading = { offset, problems, left: MAX_VALUES };
  const at = (...keys: readonly string[]): KeyReader =>
    readerAt(reached, keys, reading, { start: span.start, end: span.start });
  const above = specPath.slice(0, -1);
  const metadata = at(...above, 'metadata');
  const owner = above.length === 0 ? metadata : at('metadata');
  const spec = at(...specPath);
  spec.unlessFalse(...OFF);

  const { security, unread } = readSecurity(spec, 'pod');
  const containers = CONTAINERS.flatMap(([key, role]) =>
    spec.objects(key).map((container) => readContainer(container, role)),
  );
  if (!containers.some(({ role }) => role === 'container'))
    spec.problem(spec.span, `${spec.path} must have "containers".`);
  sameNames(containers, spec);
  const claims = kind === 'StatefulSet' ? at('spec').objects('volumeClaimTemplates').map(readClaim) : [];
  // A claim comes before a volume of the same name.
  const isClaimed = (name: string): boolean => claims.some((claim) => claim.name === name);
  const volumes = spec
    .objects('volumes')
    .map(readVolume)
    .filter(({ name }) => !isClaimed(name));
  const ofObject = [owner.text('name'), owner.text('namespace')];
  const parts = {
    name: metadata.text('name') ?? ofObject[0],
    namespace: metadata.text('namespace') ?? ofObject[1],
    labels: metadata.dictionary('labels'),
    annotations: metadata.dictionary('annotations'),
  };
  return {
    kind,
    path: spec.path,
    span,
    ...parts,
    containers,
    volumes: [...volumes, ...claims],
    security,
    unread: [...metadata.unread(), ...spec.unread(), ...unread],
    problems: problems.sort((a, b) => a.span.start - b.span.start),
  };
}

function sameNames(containers: readonly KubernetesContainer[], spec: KeyReader): void {
  const seen = new Set<string>();
  for (const { name, path, span } of containers) {
    if (seen.has(name) && name !== '')
      spec.problem(span, `${path}.name is the name of another container too; names must be unique in a pod.`);
    seen.add(name);
  }
}
