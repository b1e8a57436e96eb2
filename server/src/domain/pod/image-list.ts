import { quote } from '../quote.ts';
import { acNameOf } from './ac-name.ts';
import { AC_VERSION } from './pod-manifest.ts';
import type { ImageManifest, PodManifest, RuntimeApp } from './pod-manifest.ts';
import type { PodProblem } from './pod-problem.ts';

/** An image that an app runs in, as the store holds it. */
export interface ResolvedImage {
  /** `sha512-` and 128 hex digits. */
  readonly imageId: string;
  readonly manifest: ImageManifest;
}

/** An image of the command line. */
export interface ListedImage extends ResolvedImage {
  /** As it was asked for. */
  readonly argument: string;
}

/**
 * The pod of a list of images, as `rkt prepare` makes it: an app for each, in their order, called by the last part of its
 * image's name. rkt refuses two apps of one name, since any number behind it would be a guess; so does this.
 * @returns a manifest for {@link reify}, and the images by the names of their apps; or what is wrong
 */
export function podOfImages(
  listed: readonly ListedImage[],
):
  | { readonly manifest: PodManifest; readonly images: ReadonlyMap<string, ResolvedImage> }
  | { readonly problems: readonly PodProblem[] } {
  const images = new Map<string, ListedImage>();
  const problems: PodProblem[] = [];
  for (const image of listed) {
    const name = acNameOf(image.manifest.name.split('/').at(-1) ?? '');
    const other = images.get(name);
    if (name === '') problems.push({ message: nameless(image) });
    else if (other !== undefined) problems.push({ message: sameName(name, other, image) });
    else images.set(name, image);
  }
  if (problems.length > 0) return { problems };
  const apps = [...images].map(([name, { imageId }]): RuntimeApp => ({ name, image: { id: imageId } }));
  return { manifest: { acVersion: AC_VERSION, acKind: 'PodManifest', apps }, images };
}

function nameless({ argument, manifest }: ListedImage): string {
  const why = `no app can be called after its name ${quote(manifest.name)}`;
  return `The image ${quote(argument)} cannot be put into a pod because ${why}; name the app in a pod manifest.`;
}

function sameName(name: string, first: ListedImage, second: ListedImage): string {
  const both = `${quote(first.argument)} and ${quote(second.argument)}`;
  return `The images ${both} cannot be put into one pod because both apps would be called ${quote(name)}; name them in a pod manifest.`;
}
