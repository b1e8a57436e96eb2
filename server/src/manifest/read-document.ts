import { appcProblems } from './appc-schema/appc-problems.ts';
import { appcPods } from './appc.ts';
import { readJsonTree } from './json-tree.ts';
import { kubernetesPods } from './kubernetes.ts';
import type { ManifestFormat } from './format.ts';
import type { DocumentContents, Pod } from './manifest.ts';
import { readOutline } from './outline.ts';
import { mayHoldPods } from './pod-kinds.ts';
import { readPolicyDocument } from './policy-document.ts';
import { maskTemplates } from './templates.ts';
import type { TreeNode } from './tree.ts';
import { readYamlTree } from './yaml-tree.ts';

/** Reads one YAML document or JSON text; what is no manifest has neither pods nor problems. Never throws. */
export function readDocument(text: string, format: ManifestFormat): DocumentContents {
  // appc reads JSON alone.
  const pods = readPods(text, format);
  if (format === 'yaml') return { pods, problems: [] };
  const policy = format === 'json' ? undefined : readPolicyDocument(text, format === 'policy');
  return policy === undefined
    ? { pods, problems: appcProblems(text) }
    : { pods, problems: policy.problems, policy };
}

function readPods(text: string, format: ManifestFormat): readonly Pod[] {
  if (!mayHoldPods(text)) return [];
  const readable = maskTemplates(text);
  if (format !== 'yaml') return podsOf(readJsonTree(readable, text));
  const { root, broken } = readYamlTree(readable, text);
  const pods = podsOf(root);
  if (!broken) return pods;
  // Behind an error a parser guesses, and one open quote can swallow all the rest; the outline may have kept more.
  const outlined = podsOf(readOutline(readable, text));
  return countImages(outlined) >= countImages(pods) ? outlined : pods;
}

function podsOf(node: TreeNode | undefined): readonly Pod[] {
  const root = { node, via: undefined };
  return [...kubernetesPods(root), ...appcPods(root)];
}

function countImages(pods: readonly Pod[]): number {
  return pods.reduce((count, pod) => count + pod.images.length, 0);
}
