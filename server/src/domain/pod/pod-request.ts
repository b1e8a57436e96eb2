import type { PodSpec } from '../../manifest/pod-spec.ts';
import type { KubernetesContainer, KubernetesPod } from '../../manifest/pod-spec/kubernetes-pod.ts';
import { LarderError } from '../errors.ts';
import { imageOfManifest } from '../image-argument.ts';
import type { ShortNames } from '../short-names.ts';
import type { Image, NameImage, Platform } from '../image.ts';
import type { PullMode } from '../pull-mode.ts';
import { effectivePolicy, fetchModeOf, isPullPolicy } from '../pull-policy.ts';
import { quote } from '../quote.ts';
import type { PodManifest, RuntimeApp } from './pod-manifest.ts';
import { problemSentence } from './pod-problem.ts';

/** What a pod is made from. */
export type PodSource =
  | { readonly kind: 'images' }
  | { readonly kind: 'appc'; readonly pod: PodManifest }
  | { readonly kind: 'kubernetes'; readonly pod: KubernetesPod };

/** An image of a pod, and how it is got. */
export interface WantedImage {
  /** The app or container; of a list of images the argument. */
  readonly name: string;
  readonly image: Image;
  /**
   * One after the other; the last one's answer counts. A container of Kubernetes is fetched by its pull policy first, and then used
   * as the store has it (rkt's RFC).
   */
  readonly modes: readonly PullMode[];
  readonly noCache: boolean;
  /** Path of the signature of an ACI, instead of the one beside it. */
  readonly signature?: string;
  /** Of an image with an ID: its name, by which it is got when the store lacks it. */
  readonly named?: NameImage;
}

/** How the images of an appc pod are got; those of Kubernetes have a pull policy each. */
export interface PodFlags {
  readonly mode: PullMode;
  readonly noCache: boolean;
}

/** What a fetch of an image depends on beside its name. */
export interface PodSurroundings {
  readonly platform: Platform;
  readonly aliases?: ShortNames | undefined;
}

/**
 * What it takes to prepare a pod of a file.
 * @throws LarderError E_POD when the pod is not one, E_REF for an image that is none
 */
export function podRequest(
  spec: PodSpec,
  flags: PodFlags,
  surroundings: PodSurroundings,
): { readonly source: PodSource; readonly images: readonly WantedImage[] } {
  if (spec.problems.length > 0) throw new LarderError('E_POD', problemSentence(spec.problems));
  if (spec.syntax === 'appc') {
    const { pod } = spec;
    if (pod === undefined) throw new Error('a pod without problems is there');
    const images = pod.apps.map((app) => wantedApp(app, flags, surroundings));
    return { source: { kind: 'appc', pod }, images };
  }
  const { pod } = spec;
  // Init containers too: they are no apps, but whoever runs the pod needs their images.
  const containers = pod.containers.filter(({ role }) => role !== 'ephemeralContainer');
  const images = containers.map((container) => wantedContainer(container, flags, surroundings));
  return { source: { kind: 'kubernetes', pod }, images };
}

function wantedApp({ name, image }: RuntimeApp, flags: PodFlags, { platform }: PodSurroundings): WantedImage {
  const read = (text: string): Image => imageOfManifest(text, 'appc', platform);
  const { mode, noCache } = flags;
  const named = image.name === undefined ? undefined : read(appcText(image));
  return {
    name,
    image: read(image.id ?? appcText(image)),
    modes: [mode],
    noCache,
    ...(image.id !== undefined && named?.kind === 'name' && { named }),
  };
}

/** The image as an argument of the command line. */
function appcText({ name = '', labels = [] }: RuntimeApp['image']): string {
  const words = labels.map((label) =>
    label.name === 'version' ? `:${label.value}` : `,${label.name}=${label.value}`,
  );
  return (
    name +
    words.toSorted((one, other) => Number(other.startsWith(':')) - Number(one.startsWith(':'))).join('')
  );
}

/** The RFC's table for Kubernetes: a fetch by the container's own policy, and then only the store. */
function wantedContainer(
  { name, path, image, imagePullPolicy }: KubernetesContainer,
  { noCache }: PodFlags,
  { platform, aliases }: PodSurroundings,
): WantedImage {
  if (image === undefined) throw new LarderError('E_POD', `${path} has no image; give it one.`);
  const parsed = imageOfManifest(image.value, 'docker', platform, aliases);
  if (parsed.kind !== 'docker') throw new Error('a container has an image of a registry');
  const written = imagePullPolicy?.value;
  if (written !== undefined && !isPullPolicy(written)) {
    throw new LarderError(
      'E_POD',
      `${path} has the pull policy ${quote(written)}, which Kubernetes does not know; write Always, IfNotPresent or Never.`,
    );
  }
  const first = fetchModeOf(effectivePolicy(parsed.reference, written).policy);
  return { name, image: parsed, modes: first === null ? ['store'] : [first, 'store'], noCache };
}
