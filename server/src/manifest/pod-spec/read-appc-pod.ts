import { LarderError } from '../../domain/errors.ts';
import type { PodManifest } from '../../domain/pod/pod-manifest.ts';
import { readPodManifest } from '../../domain/pod/read-manifest.ts';
import { appcProblems } from '../appc-schema/appc-problems.ts';
import type { SpecProblem } from './kubernetes-pod.ts';

/** Reads an appc PodManifest, unless appc's own reader would refuse it. */
export function readAppcPod(text: string): {
  readonly manifest: PodManifest | undefined;
  readonly problems: readonly SpecProblem[];
} {
  const problems = appcProblems(text).filter(({ rule }) => rule === 'appc-schema');
  if (problems.length > 0) return { manifest: undefined, problems };
  try {
    return { manifest: readPodManifest(text), problems: [] };
  } catch (error) {
    // What the schema lets pass and the types do not, such as null among labels.
    if (!(error instanceof LarderError)) throw error;
    return { manifest: undefined, problems: [{ message: error.message, span: { start: 0, end: 0 } }] };
  }
}
