import type { ManifestImage, ManifestProblem, Placed, Pod, Span } from './manifest.ts';

/** The same pods, `by` UTF-16 units further down. */
export function shiftPods(pods: readonly Pod[], by: number): readonly Pod[] {
  if (by === 0) return pods;
  return pods.map((pod) => ({
    ...pod,
    anchor: shiftSpan(pod.anchor, by),
    span: shiftSpan(pod.span, by),
    images: pod.images.map((image) => shiftImage(image, by)),
  }));
}

/** The same problems, `by` UTF-16 units further down. */
export function shiftProblems(problems: readonly ManifestProblem[], by: number): readonly ManifestProblem[] {
  return by === 0 ? problems : problems.map((problem) => ({ ...problem, span: shiftSpan(problem.span, by) }));
}

function shiftImage(image: ManifestImage, by: number): ManifestImage {
  return {
    ...image,
    image: shiftPlaced(image.image, by),
    ...(image.object && { object: shiftSpan(image.object, by) }),
    pullPolicy: image.pullPolicy && shiftPlaced(image.pullPolicy, by),
    misspelledKeys: image.misspelledKeys.map((key) => ({ ...shiftPlaced(key, by), meant: key.meant })),
  };
}

function shiftPlaced<T>({ value, span, definition }: Placed<T>, by: number): Placed<T> {
  const shifted = { value, span: shiftSpan(span, by) };
  return definition === undefined ? shifted : { ...shifted, definition: shiftSpan(definition, by) };
}

function shiftSpan({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}
