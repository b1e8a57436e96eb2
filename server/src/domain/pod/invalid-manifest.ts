import { appcProblems } from '../../manifest/appc-schema/appc-problems.ts';
import type { PodManifest } from './pod-manifest.ts';
import type { PodProblem } from './pod-problem.ts';

/**
 * Why appc's tools would refuse a manifest that is otherwise complete: an image's `app` comes from its publisher, and nobody
 * has judged it before.
 */
export function invalidManifest(manifest: PodManifest): readonly PodProblem[] {
  const json = JSON.stringify(manifest);
  // While a file is written its templates may become anything; what is left of them now is what appc's tools would see.
  const judged = json.replace(/\{\{|\$[({]/g, '!!');
  return appcProblems(judged)
    .filter(({ rule }) => rule === 'appc-schema')
    .map(({ span, message }) => {
      const words = message.replace(judged.slice(span.start, span.end), () =>
        json.slice(span.start, span.end),
      );
      return { message: `The pod is not valid for appc: ${words}` };
    });
}
