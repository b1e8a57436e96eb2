import type { Node } from 'jsonc-parser';
import { membersOf } from '../domain/policy/judge-object.ts';
import { idleScope } from '../domain/policy/idle-scope.ts';
import { POLICY } from '../domain/policy/policy-shapes.ts';
import { placeOf } from '../domain/policy/policy-problem.ts';
import { judgePolicyText } from '../domain/policy/read-policy.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import type { ManifestProblem } from './manifest.ts';

/** An image policy in the editor, right or wrong. */
export interface PolicyDocument {
  /** As far as it could be read; undefined for an empty text. */
  readonly root: Node | undefined;
  readonly problems: readonly ManifestProblem[];
}

/**
 * Reads a text that is an image policy, or by its name may be one.
 * @param isSure whether its name alone shows that it is one
 * @returns undefined when it is something else
 */
export function readPolicyDocument(text: string, isSure: boolean): PolicyDocument | undefined {
  const json = parseStrictJson(text);
  const { root } = json;
  if (!isSure && !looksLikePolicy(root)) return mayBecomePolicy(root) ? { root, problems: [] } : undefined;
  const problems = judgePolicyText(json).map((problem) => ({ rule: 'policy-schema' as const, ...problem }));
  return { root, problems: [...problems, ...idleScopes(root)] };
}

/** It has requirements, or scopes that have a list each. */
function looksLikePolicy(root: Node | undefined): boolean {
  return membersOf(root).some(({ name, value }) => {
    if (name === 'default') return value.type === 'array' && isRequirements(value.children ?? []);
    return name === 'transports' && membersOf(value).some(({ value: scopes }) => hasLists(scopes));
  });
}

function isRequirements(items: readonly Node[]): boolean {
  return items.some((item) => membersOf(item).some(({ name }) => name === 'type'));
}

function hasLists(scopes: Node): boolean {
  const members = membersOf(scopes);
  return members.length > 0 && members.every(({ value }) => value.type === 'array');
}

/** Nothing in it tells that it is something else: completion may help to begin, and nothing is found fault with. */
function mayBecomePolicy(root: Node | undefined): boolean {
  if (root !== undefined && root.type !== 'object') return false;
  return membersOf(root).every(
    ({ name, value }) => isBlank(value) && Object.keys(POLICY.fields).some((key) => key.startsWith(name)),
  );
}

/** Nothing has been written into it. */
function isBlank(node: Node): boolean {
  if (node.type === 'array') return (node.children ?? []).every(isBlank);
  if (node.type === 'object') return membersOf(node).every(({ value }) => isBlank(value));
  return node.type === 'null' || node.value === '';
}

function idleScopes(root: Node | undefined): ManifestProblem[] {
  const transports = membersOf(root).find(({ name }) => name === 'transports')?.value;
  const docker = membersOf(transports).find(({ name }) => name === 'docker')?.value;
  return membersOf(docker).flatMap(({ name, key }) => {
    const message = idleScope(name);
    return message === undefined ? [] : [{ rule: 'policy-scope', span: placeOf(key), message }];
  });
}
