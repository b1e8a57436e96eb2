/** The manifests of appc (appc/spec 0.8.11, schema and schema/types) as plain values; what is absent has no key. */

/** The version of appc/spec that the manifests made here follow. */
export const AC_VERSION = '0.8.11';

/** A PodManifest (pods.md, "Pod Manifest Schema"). */
export interface PodManifest {
  readonly acVersion: string;
  readonly acKind: 'PodManifest';
  readonly apps: readonly RuntimeApp[];
  readonly volumes?: readonly Volume[];
  readonly isolators?: readonly Isolator[];
  readonly annotations?: readonly NameValue[];
  readonly ports?: readonly ExposedPort[];
  readonly userAnnotations?: Texts;
  readonly userLabels?: Texts;
}

/** An app of a pod, and which image it runs in. */
export interface RuntimeApp {
  readonly name: string;
  readonly image: RuntimeImage;
  /** Stands in the place of the image's own `app`, as a whole. */
  readonly app?: App;
  readonly readOnlyRootFS?: boolean;
  readonly mounts?: readonly Mount[];
  readonly annotations?: readonly NameValue[];
}

/** Which image an app runs in: by `id` once the manifest is reified. */
export interface RuntimeImage {
  readonly name?: string;
  readonly id?: string;
  readonly labels?: readonly NameValue[];
}

/** An ImageManifest (aci.md, "Image Manifest Schema"), as far as a pod needs it. */
export interface ImageManifest {
  readonly name: string;
  readonly labels: readonly NameValue[];
  readonly annotations: readonly NameValue[];
  readonly app?: App;
}

/** How an app is run (aci.md, "app"). */
export interface App {
  readonly exec: readonly string[];
  readonly eventHandlers?: readonly EventHandler[];
  readonly user: string;
  readonly group: string;
  readonly supplementaryGIDs?: readonly number[];
  readonly workingDirectory?: string;
  readonly environment?: readonly NameValue[];
  readonly mountPoints?: readonly MountPoint[];
  readonly ports?: readonly Port[];
  readonly isolators?: readonly Isolator[];
  readonly userAnnotations?: Texts;
  readonly userLabels?: Texts;
}

export interface EventHandler {
  readonly name: string;
  readonly exec: readonly string[];
}

/** A label, an annotation, a variable of the environment. */
export interface NameValue {
  readonly name: string;
  readonly value: string;
}

export interface MountPoint {
  readonly name: string;
  readonly path: string;
  readonly readOnly?: boolean;
}

/** Puts a volume of the pod, or one of its own, at a path of an app. */
export interface Mount {
  readonly volume: string;
  readonly path: string;
  readonly appVolume?: Volume;
}

export interface Volume {
  readonly name: string;
  readonly kind: string;
  /** Of kind `host`. */
  readonly source?: string;
  readonly readOnly?: boolean;
  readonly recursive?: boolean;
  /** Octal digits; these three are of kind `empty`. */
  readonly mode?: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** The specification asks for name and protocol, and its tools do without. */
export interface Port {
  readonly name?: string;
  readonly protocol?: string;
  readonly port: number;
  readonly count?: number;
  readonly socketActivated?: boolean;
}

/** A port of the host that leads to the port of an app with the same name. */
export interface ExposedPort {
  readonly name: string;
  readonly hostPort: number;
  readonly hostIP?: string;
  readonly podPort?: Port;
}

export interface Isolator {
  readonly name: string;
  readonly value?: unknown;
}

export type Texts = Readonly<Record<string, string>>;
