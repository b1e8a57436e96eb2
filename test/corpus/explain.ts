/** A second, much simpler opinion on where a manifest names images: a grep, and for each of its lines why the server may differ. */
import {
  isDocument,
  isPair,
  isScalar,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Node,
} from 'yaml';

/** Kinds whose pods Larder reads. */
const POD_KINDS =
  /^(Pod|Deployment|ReplicaSet|StatefulSet|DaemonSet|ReplicationController|Job|CronJob|PodTemplate|(Pod|Deployment)?List|PodManifest)$/;
const POD_APIS = /^(v1$|apps\/|batch\/|extensions\/)/;

/** The 1-based lines that look as if they named an image, in YAML or in JSON, and what they name. */
export function grepImages(text: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const value = /(?:^|[\s{,"'-])image["']?\s*:\s*(.*)$/.exec(line)?.[1];
    if (value !== undefined) found.set(index + 1, value.trim());
  }
  return found;
}

/** Why a line that {@link grepImages} found is no image to the server; undefined when nothing explains it. */
export function explainer(text: string): (line: number, value: string) => string | undefined {
  const lines = text.split(/\r?\n/);
  const counter = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: counter,
    logLevel: 'silent',
    strict: false,
    uniqueKeys: false,
  });
  const paths = new Map<number, string>();
  const documents = parsed
    .filter((document) => isDocument(document))
    .map((document) => {
      if (document.errors.length === 0) placeImages(document, counter, paths);
      return outline(document, counter);
    });
  return (line, value) => {
    if (/^\s*#/.test(lines[line - 1] ?? '')) return 'a comment';
    if (/\{\{|\$\(|\$\{/.test(value)) return 'templated: unresolved, never an error';
    if (/^(#.*|[|>].*|)$/.test(value)) return 'no text behind the key: a mapping, a block or nothing';
    const document = documents.find(({ first, last }) => first <= line && line <= last);
    if (document === undefined || document.broken)
      return text.includes('{{') ? 'a template that is not YAML' : 'not YAML';
    const { kind, apiVersion } = document;
    if (kind === undefined) return 'no kind: values or configuration, not a manifest';
    if (!POD_KINDS.test(kind)) return `kind ${kind}`;
    if (apiVersion !== undefined && !POD_APIS.test(apiVersion)) return `${kind} of ${apiVersion}`;
    const path = paths.get(line);
    if (path === undefined) return 'text within another value';
    return /\b([cC]ontainers|apps)\.image$/.test(path) ? undefined : `${kind}: ${path}`;
  };
}

interface Outline {
  readonly first: number;
  readonly last: number;
  readonly broken: boolean;
  readonly kind: string | undefined;
  readonly apiVersion: string | undefined;
}

function outline(document: Document.Parsed, counter: LineCounter): Outline {
  const [start, , end] = document.range;
  const data: unknown = document.errors.length === 0 ? document.toJS() : undefined;
  const { kind, apiVersion } = (data ?? {}) as { kind?: unknown; apiVersion?: unknown };
  return {
    first: counter.linePos(start).line,
    last: counter.linePos(end).line,
    broken: document.errors.length > 0,
    kind: typeof kind === 'string' ? kind : undefined,
    apiVersion: typeof apiVersion === 'string' ? apiVersion : undefined,
  };
}

/** Notes the path of every `image` key (`spec.volumes.rbd.image`) by its line. */
function placeImages(document: Document, counter: LineCounter, paths: Map<number, string>): void {
  visit(document, {
    Pair(_, pair, ancestors) {
      if (!isScalar(pair.key) || pair.key.value !== 'image') return;
      const keys = [...ancestors, pair]
        .filter((node) => isPair(node))
        .map(({ key }) => String((key as Node).toJSON()));
      paths.set(counter.linePos(pair.key.range?.[0] ?? 0).line, keys.join('.'));
    },
  });
}
