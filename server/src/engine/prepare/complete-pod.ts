import { LarderError } from '../../domain/errors.ts';
import { podOfImages } from '../../domain/pod/image-list.ts';
import type { ListedImage, ResolvedImage } from '../../domain/pod/image-list.ts';
import { mapKubernetesPod } from '../../domain/pod/kubernetes.ts';
import type { Unmapped } from '../../domain/pod/kubernetes.ts';
import type { PodManifest } from '../../domain/pod/pod-manifest.ts';
import { problemSentence } from '../../domain/pod/pod-problem.ts';
import type { PodProblem } from '../../domain/pod/pod-problem.ts';
import type { PodSource } from '../../domain/pod/pod-request.ts';
import { reify } from '../../domain/pod/reify.ts';

export type { Unmapped } from '../../domain/pod/kubernetes.ts';

/** A pod that lacks nothing but its trees. */
export interface CompletePod {
  readonly manifest: PodManifest;
  readonly apps: readonly { readonly name: string; readonly imageId: string }[];
  /** What was decided for the user, a sentence each. */
  readonly notes: readonly string[];
  /** What a pod of Kubernetes says that appc has no counterpart for. */
  readonly unmapped: readonly Unmapped[];
}

/**
 * Maps a pod to one of appc and reifies it.
 * @param images by their names; of a list of images in its order
 * @throws LarderError E_POD with the first of all problems
 */
export function completePod(source: PodSource, images: readonly ListedImage[]): CompletePod {
  const { manifest, resolved, unmapped } = mapped(source, images);
  const reified = accepted(reify(manifest, resolved));
  return {
    manifest: reified.manifest,
    apps: reified.manifest.apps.map(({ name, image }) => ({ name, imageId: image.id ?? '' })),
    notes: reified.notes.map(({ app, message }) => `${app}: ${message}`),
    unmapped,
  };
}

interface MappedPod {
  readonly manifest: PodManifest;
  readonly resolved: ReadonlyMap<string, ResolvedImage>;
  readonly unmapped: readonly Unmapped[];
}

function mapped(source: PodSource, images: readonly ListedImage[]): MappedPod {
  const byName = new Map(images.map((image) => [image.argument, image]));
  switch (source.kind) {
    case 'images': {
      const { manifest, images: resolved } = accepted(podOfImages(images));
      return { manifest, resolved, unmapped: [] };
    }
    case 'appc':
      return { manifest: source.pod, resolved: byName, unmapped: [] };
    case 'kubernetes': {
      const { manifest, unmapped } = accepted(mapKubernetesPod(source.pod, byName));
      return { manifest, resolved: byName, unmapped };
    }
  }
}

function accepted<T extends object>(result: T | { readonly problems: readonly PodProblem[] }): T {
  if (!('problems' in result)) return result;
  throw new LarderError('E_POD', problemSentence(result.problems));
}
