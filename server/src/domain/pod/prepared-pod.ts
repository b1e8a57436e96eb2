/** An app of a prepared pod. */
export interface PreparedApp {
  readonly name: string;
  /** Full image ID. */
  readonly imageId: string;
  /** Key of its rendered tree, which it may share with others. */
  readonly tree: string;
  /** All images that the tree was rendered from, dependencies first. */
  readonly images: readonly string[];
}

/** What Larder keeps of a pod that is ready to run, beside its reified manifest. */
export interface PreparedPod {
  readonly uuid: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** What it was prepared from: a path, or the images as they were asked for. */
  readonly source: string;
  readonly apps: readonly PreparedApp[];
  /** Images that whoever runs the pod needs besides those of its apps: of init containers. */
  readonly others: readonly string[];
  /** What was decided for the user, and what has no counterpart in appc, a sentence each. */
  readonly notes: readonly string[];
}

/** All images that a pod uses, which nobody may take from it. */
export function imagesOfPod({ apps, others }: Pick<PreparedPod, 'apps' | 'others'>): readonly string[] {
  return [...new Set([...apps.flatMap(({ images }) => images), ...others])];
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isPodUuid(text: string): boolean {
  return UUID.test(text);
}
