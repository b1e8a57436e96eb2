import type { Span } from '../../../manifest/manifest.ts';
import type { SpecProblem, Unread } from '../../../manifest/pod-spec/kubernetes-pod.ts';
import { whyUnmapped } from './reasons.ts';

/** A part of a Kubernetes pod that its appc manifest does not have. */
export interface Unmapped {
  /** From the root of the object: `spec.containers[0].livenessProbe`. */
  readonly path: string;
  /** In the file, in UTF-16 units. */
  readonly span: Span;
  /** In words that follow "because". */
  readonly why: string;
}

/** Collects what mapping a pod finds. */
export class MappingLog {
  readonly #unmapped: Unmapped[] = [];
  readonly problems: SpecProblem[] = [];

  /** Lists a value that has no mapping. */
  list({ path, span }: { readonly path: string; readonly span: Span }, why: string): void {
    this.#unmapped.push({ path, span, why });
  }

  /** Lists what was not even read. */
  listUnread(unread: readonly Unread[]): void {
    for (const { key, ...at } of unread) this.list(at, whyUnmapped(key));
  }

  /** @param message one sentence */
  refuse(span: Span, message: string): void {
    this.problems.push({ span, message });
  }

  /** In the order of the text. */
  get unmapped(): readonly Unmapped[] {
    return this.#unmapped.toSorted((a, b) => a.span.start - b.span.start);
  }
}
