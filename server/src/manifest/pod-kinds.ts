import { isUnresolved } from './templates.ts';

/** Where a kind keeps its pod, from the root of the object to the PodSpec. */
interface PodKind {
  /** API groups that have the kind, of any version; '' is the core group. */
  readonly groups: readonly string[];
  readonly podSpec: readonly string[];
}

const TEMPLATE = ['spec', 'template', 'spec'];

/** The kinds with a PodSpec (Kubernetes API reference, "Workload Resources"), old API groups too. */
const POD_KINDS: Readonly<Record<string, PodKind>> = {
  Pod: { groups: [''], podSpec: ['spec'] },
  PodTemplate: { groups: [''], podSpec: ['template', 'spec'] },
  ReplicationController: { groups: [''], podSpec: TEMPLATE },
  Deployment: { groups: ['apps', 'extensions'], podSpec: TEMPLATE },
  ReplicaSet: { groups: ['apps', 'extensions'], podSpec: TEMPLATE },
  StatefulSet: { groups: ['apps'], podSpec: TEMPLATE },
  DaemonSet: { groups: ['apps', 'extensions'], podSpec: TEMPLATE },
  Job: { groups: ['batch', 'extensions'], podSpec: TEMPLATE },
  CronJob: { groups: ['batch'], podSpec: ['spec', 'jobTemplate', 'spec', 'template', 'spec'] },
};

/** Every place a PodSpec can be at, for an object whose kind a template will fill in. */
export const ALL_POD_SPECS: readonly (readonly string[])[] = [
  ...new Set(Object.values(POD_KINDS).map(({ podSpec }) => podSpec)),
];

/**
 * The path to the PodSpec of an object; undefined for a kind without one and for another group's kind of the same name.
 * @param group undefined when it is not known: no `apiVersion` yet, or a template
 */
export function podSpecPath(kind: string, group: string | undefined): readonly string[] | undefined {
  const known = Object.hasOwn(POD_KINDS, kind) ? POD_KINDS[kind] : undefined;
  return known !== undefined && (group === undefined || known.groups.includes(group))
    ? known.podSpec
    : undefined;
}

/**
 * For a list the kind of items that say none: '' for `List`, whose items always do; undefined for a kind that is no list of
 * pods.
 */
export function listItemKind(kind: string): string | undefined {
  if (!kind.endsWith('List')) return undefined;
  const item = kind.slice(0, -'List'.length);
  return item === '' || Object.hasOwn(POD_KINDS, item) ? item : undefined;
}

/** The group of an `apiVersion`: `apps/v1` → `apps`, `v1` → ''; undefined for a template. */
export function groupOf(apiVersion: string): string | undefined {
  if (isUnresolved(apiVersion)) return undefined;
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/** A `kind` or `acKind` key whose value can make a document a pod manifest: a known kind, or one written in a way to look at closer. */
const POD_KIND = new RegExp(
  String.raw`[kK]ind["']?\s*:\s*(?:["']?(?:(?:${Object.keys(POD_KINDS).join('|')})(?:List)?|List|PodManifest)\b|["']?\{\{|[&*!#|>\\])`,
);

/** Whether a text may hold a pod; a cheap look that spares most documents of a cluster (Services, CRDs, …) the parser. */
export function mayHoldPods(text: string): boolean {
  return POD_KIND.test(text);
}
