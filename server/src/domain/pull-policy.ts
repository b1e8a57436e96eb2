import type { DockerReference } from './reference.ts';
import type { PullMode } from './pull-mode.ts';

export const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'] as const;
export type PullPolicy = (typeof PULL_POLICIES)[number];

export function isPullPolicy(text: string): text is PullPolicy {
  return (PULL_POLICIES as readonly string[]).includes(text);
}

/** The policy Kubernetes will use, and the sentence that says which of its rules gave it. */
export interface EffectivePolicy {
  readonly policy: PullPolicy;
  readonly explicit: boolean;
  readonly why: string;
}

/**
 * The pull policy of a container (Kubernetes, "Default image pull policy"; behaviour.md §3). The default is fixed when the
 * object is created; a later change of the tag does not change it, which no manifest shows.
 * @param written the manifest's `imagePullPolicy`, when it is one of the three
 */
export function effectivePolicy(
  reference: DockerReference,
  written: PullPolicy | undefined,
): EffectivePolicy {
  if (written !== undefined) return { policy: written, explicit: true, why: 'set in the manifest' };
  // The API server looks at the tag alone, so `:latest@sha256:…` is Always too, although its content cannot change.
  if (reference.tag === 'latest') {
    return { policy: 'Always', explicit: false, why: 'the default for the tag latest' };
  }
  if (reference.digest !== undefined) {
    return { policy: 'IfNotPresent', explicit: false, why: 'the default for an image with a digest' };
  }
  if (reference.tag === undefined) {
    return { policy: 'Always', explicit: false, why: 'the default when there is no tag, which means latest' };
  }
  return { policy: 'IfNotPresent', explicit: false, why: 'the default for a tag other than latest' };
}

/**
 * How an image is fetched for a container of this policy before the pod is prepared with `--no-fetch`: the RFC's Kubernetes
 * table. `null` means that nothing is fetched.
 */
export function fetchModeOf(policy: PullPolicy): Exclude<PullMode, 'store'> | null {
  switch (policy) {
    case 'Always':
      return 'remote';
    case 'IfNotPresent':
      return 'default';
    case 'Never':
      return null;
  }
}
