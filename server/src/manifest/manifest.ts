import type { PolicyDocument } from './policy-document.ts';

/** A half-open range of UTF-16 offsets into the text, as LSP counts. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A value and where it stands. For a quoted scalar the span leaves the quotes out. */
export interface Placed<T> {
  readonly value: T;
  readonly span: Span;
  /** Where the value's text is written, when that is elsewhere: then `span` is the alias (`*name`) that leads there. */
  readonly definition?: Span;
}

/** Where in a pod an image is named. */
export type ImageRole = 'container' | 'initContainer' | 'ephemeralContainer' | 'volume' | 'app';

/** An image as a manifest names it, before anyone judges it. */
export interface ManifestImage {
  readonly role: ImageRole;
  /** Name of the container, volume or app; undefined when it has none (yet). */
  readonly name: string | undefined;
  /** The image text: a docker reference in Kubernetes, an appc name (with `:version` and `,label=value`) or ID in an app. */
  readonly image: Placed<string>;
  /** `docker` in Kubernetes; `appc` in a PodManifest. */
  readonly syntax: 'docker' | 'appc';
  /** Text with `{{ … }}`, `$(VAR)` or `${VAR}`: what it will be is not known here, and that is never an error. */
  readonly unresolved: boolean;
  /** `imagePullPolicy` (or an image volume's `pullPolicy`). */
  readonly pullPolicy: Placed<string> | undefined;
  /** The image ID that stands beside the name, in an app: it decides. */
  readonly id?: string;
  /** The object that names the image by its parts, in an app: what is wrong with a part is a problem of its own. */
  readonly object?: Span;
  /** A key that is one only in another case or spelling (`imagepullpolicy`), with the key that was meant. */
  readonly misspelledKeys: readonly (Placed<string> & { readonly meant: string })[];
}

/** Something with containers: a Pod, a Deployment's template, an appc PodManifest. */
export interface Pod {
  /** `Pod`, `Deployment`, …, `PodManifest`. */
  readonly kind: string;
  /** `metadata.name`, when it is there. */
  readonly name: string | undefined;
  /** Where a lens about this pod belongs: its `kind` key, else the document's first line. */
  readonly anchor: Span;
  readonly span: Span;
  readonly images: readonly ManifestImage[];
}

/** What is wrong with a manifest as a whole, whatever its images are. */
export interface ManifestProblem {
  /**
   * `appc-schema`: appc's own reader refuses it; `appc-spec`: only the words of the specification forbid it; `policy-schema`:
   * readers of image policies refuse it; `policy-scope`: no image can fall under a scope of a policy; `not-mapped`: the pod was
   * prepared without it.
   */
  readonly rule: 'appc-schema' | 'appc-spec' | 'policy-schema' | 'policy-scope' | 'not-mapped';
  readonly span: Span;
  /** One sentence for the user. */
  readonly message: string;
}

/** What is read from one document. */
export interface DocumentContents {
  readonly pods: readonly Pod[];
  readonly problems: readonly ManifestProblem[];
  /** What is an image policy (containers-policy.json(5)), or may become one; JSON, so its nodes have no offset to add. */
  readonly policy?: PolicyDocument;
}

/** One YAML document (or one JSON file). */
export interface ManifestDocument extends DocumentContents {
  readonly span: Span;
}

/** A text file, read for its images. */
export interface Manifest {
  readonly documents: readonly ManifestDocument[];
}
