import type { PodManifest } from '../domain/pod/pod-manifest.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { appcPods } from './appc.ts';
import type { ManifestFormat } from './format.ts';
import { readJsonTree } from './json-tree.ts';
import { kubernetesObjects } from './kubernetes.ts';
import type { Span } from './manifest.ts';
import { mayHoldPods } from './pod-kinds.ts';
import type { KubernetesPod, SpecProblem } from './pod-spec/kubernetes-pod.ts';
import { readAppcPod } from './pod-spec/read-appc-pod.ts';
import { readKubernetesPod } from './pod-spec/read-kubernetes-pod.ts';
import { documentSpans } from './read-manifest.ts';
import { readYamlTree } from './yaml-tree.ts';
import type { ReadTree } from './yaml-tree.ts';

/** A pod of a file, with all that is needed to prepare it. All spans count from the start of the file, in UTF-16 units. */
export type PodSpec = PodOf<'kubernetes', KubernetesPod> | PodOf<'appc', PodManifest | undefined>;

interface PodOf<S, T> {
  readonly syntax: S;
  /** Which document of the file it is in, from 0. */
  readonly document: number;
  /** `Pod`, `Deployment`, …, `PodManifest`. */
  readonly kind: string;
  /** Of the pod or its object. */
  readonly name: string | undefined;
  /** Of the object, as the same pod of readManifest has it. */
  readonly span: Span;
  /** Undefined when the problems leave nothing. */
  readonly pod: T;
  /** Why it cannot be prepared as it stands. */
  readonly problems: readonly SpecProblem[];
}

/**
 * Reads the pods of a text to prepare them, in the order of readManifest: the whole of each, where that reads the images alone.
 * Templates are not guessed at: `{{` is text here, as it is for whoever runs the pod. A document with errors is read as far as
 * can be, and its pods have a problem. Never throws.
 */
export function readPodSpecs(text: string, format: ManifestFormat): readonly PodSpec[] {
  return documentSpans(text, format).flatMap((span, document) =>
    readDocumentPods(text.slice(span.start, span.end), format, span.start, document),
  );
}

function readDocumentPods(text: string, format: ManifestFormat, offset: number, document: number): PodSpec[] {
  if (!mayHoldPods(text)) return [];
  const root = format === 'yaml' ? readYamlTree(text, text) : readStrictJson(text);
  const reached = { node: root.root, via: undefined };
  const general = root.broken ? [brokenDocument(text, format, offset)] : [];
  const pods: PodSpec[] = kubernetesObjects(reached)
    .map((object) => readKubernetesPod(object, offset))
    .filter((pod) => pod !== undefined)
    .map((pod): PodSpec => {
      const { kind, name, span, problems } = pod;
      const all = [...general, ...problems];
      return { syntax: 'kubernetes', document, kind, name: name?.value, span, pod, problems: all };
    })
    .sort((a, b) => a.span.start - b.span.start);
  for (const { kind, span } of appcPods(reached)) {
    const { manifest, problems } = readAppcPod(text);
    const shifted = problems.map(({ message, span: at }) => ({ message, span: shift(at, offset) }));
    pods.push({
      syntax: 'appc',
      document,
      kind,
      name: undefined,
      span: shift(span, offset),
      pod: manifest,
      problems: shifted,
    });
  }
  return pods;
}

function readStrictJson(text: string): ReadTree {
  return { root: readJsonTree(text, text), broken: parseStrictJson(text).error !== undefined };
}

/** A document of which nothing can be relied on. */
function brokenDocument(text: string, format: ManifestFormat, offset: number): SpecProblem {
  const template = text.indexOf('{{');
  const start = offset + Math.max(template, 0);
  const language = format === 'yaml' ? 'YAML' : 'JSON';
  const message =
    template >= 0
      ? `The document is a template and no ${language} yet; expand it, and prepare what comes out.`
      : `The document is not valid ${language}, so what it means is not known; correct it.`;
  return { span: { start, end: start + (template >= 0 ? 2 : 0) }, message };
}

function shift({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}
