import type { Placed, Span } from '../manifest.ts';

/** A place of a pod that was not read, because nothing is made of it. */
export interface Unread {
  /** From the root of the object: `spec.containers[0].livenessProbe`. */
  readonly path: string;
  /** The key alone, as the path ends with it. */
  readonly key: string;
  /** Where the key stands. */
  readonly span: Span;
}

/** What no API server would take. */
export interface SpecProblem {
  /** One sentence. */
  readonly message: string;
  readonly span: Span;
}

/** A value and its path. */
export interface Found<T> extends Placed<T> {
  readonly path: string;
}

/** An object, a container or a volume of the spec: where it is, and what of it was not read. */
interface Part {
  readonly path: string;
  /** Where to point for the whole part: its name, or where it begins. */
  readonly span: Span;
  readonly unread: readonly Unread[];
}

/**
 * A pod as Kubernetes has it (API reference, "PodSpec v1 core"), as far as appc has anything like it; all else is listed as
 * unread, and nothing is judged by what an image or a cluster would say.
 */
export interface KubernetesPod extends Part {
  /** `Pod`, `Deployment`, … */
  readonly kind: string;
  /** Of the pod, or else of the object it is made from. */
  readonly name: Found<string> | undefined;
  readonly namespace: Found<string> | undefined;
  readonly labels: readonly Pair[];
  readonly annotations: readonly Pair[];
  /** Of every role, init containers first. */
  readonly containers: readonly KubernetesContainer[];
  readonly volumes: readonly KubernetesVolume[];
  readonly security: KubernetesSecurity;
  readonly problems: readonly SpecProblem[];
}

/** An entry of a dictionary. */
export interface Pair {
  readonly key: Found<string>;
  readonly value: Found<string>;
}

export interface KubernetesContainer extends Part {
  readonly role: 'container' | 'initContainer' | 'ephemeralContainer';
  readonly name: string;
  readonly image: Found<string> | undefined;
  readonly imagePullPolicy: Found<string> | undefined;
  /** Of an init container: `Always` makes it one that runs beside the others. */
  readonly restartPolicy: Found<string> | undefined;
  readonly command: readonly Found<string>[];
  readonly args: readonly Found<string>[];
  readonly workingDir: Found<string> | undefined;
  readonly env: readonly KubernetesVariable[];
  /** Where `envFrom` stands, which may define any variable. */
  readonly envFrom: Found<true> | undefined;
  readonly ports: readonly KubernetesPort[];
  readonly mounts: readonly KubernetesMount[];
  readonly limits: readonly Pair[];
  readonly requests: readonly Pair[];
  readonly security: KubernetesSecurity;
}

export interface KubernetesVariable {
  readonly name: Found<string>;
  /** Absent counts as empty. */
  readonly value: Found<string> | undefined;
  /** Where `valueFrom` stands: what it is, is known in a cluster alone. */
  readonly valueFrom: Found<true> | undefined;
}

export interface KubernetesPort {
  readonly path: string;
  readonly span: Span;
  readonly name: Found<string> | undefined;
  readonly protocol: Found<string> | undefined;
  readonly containerPort: Found<number> | undefined;
  readonly hostPort: Found<number> | undefined;
  readonly hostIP: Found<string> | undefined;
}

export interface KubernetesMount {
  readonly path: string;
  readonly span: Span;
  readonly volume: string;
  readonly mountPath: Found<string> | undefined;
  readonly readOnly: boolean;
  readonly subPath: Found<string> | undefined;
}

export interface KubernetesVolume extends Part {
  readonly name: string;
  readonly source: KubernetesVolumeSource;
}

export type KubernetesVolumeSource =
  | { readonly kind: 'emptyDir' }
  | { readonly kind: 'hostPath'; readonly hostPath: Found<string> | undefined }
  /** Another, by its key. */
  | { readonly kind: 'other'; readonly key: Found<string> };

/** `securityContext` of a pod or of a container; empty where there is none. */
export interface KubernetesSecurity {
  readonly runAsUser: Found<number> | undefined;
  readonly runAsGroup: Found<number> | undefined;
  readonly runAsNonRoot: Found<boolean> | undefined;
  readonly selinux: Found<Readonly<Record<'user' | 'role' | 'type' | 'level', string>>> | undefined;
  /** Of a container. */
  readonly addedCapabilities: readonly Found<string>[];
  readonly droppedCapabilities: readonly Found<string>[];
  readonly readOnlyRootFilesystem: Found<boolean> | undefined;
  readonly allowPrivilegeEscalation: Found<boolean> | undefined;
  /** Of a pod. */
  readonly supplementalGroups: readonly Found<number>[];
  readonly fsGroup: Found<number> | undefined;
  readonly sysctls: readonly Pair[];
}
