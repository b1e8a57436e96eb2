import type { ImageManifest } from './pod-manifest.ts';

/** What an image runs, in the two parts that docker has for it. */
export interface DockerExec {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

/** Whether an image was converted from docker's or OCI's form: docker2aci's annotations say so, and rkt asks for the same one. */
export function isFromDocker(image: ImageManifest): boolean {
  return annotationOf(image, 'appc.io/docker/repository') !== undefined;
}

/** ENTRYPOINT and CMD, which a conversion keeps as annotations. Any other image has an `exec`, which arguments come after. */
export function dockerExec(image: ImageManifest): DockerExec {
  const entrypoint = textsOf(annotationOf(image, 'appc.io/docker/entrypoint'));
  const command = textsOf(annotationOf(image, 'appc.io/docker/cmd'));
  if (entrypoint === undefined && command === undefined)
    return { entrypoint: image.app?.exec ?? [], command: [] };
  return { entrypoint: entrypoint ?? [], command: command ?? [] };
}

function annotationOf({ annotations }: ImageManifest, name: string): string | undefined {
  return annotations.find((annotation) => annotation.name === name)?.value;
}

function textsOf(json: string | undefined): readonly string[] | undefined {
  if (json === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  } catch {
    // Anybody may write such an annotation: one that is no list is no list of docker's.
  }
  return undefined;
}
