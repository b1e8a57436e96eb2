import type { Node } from 'jsonc-parser';
import { quote } from '../quote.ts';
import { judgeObject, membersOf } from './judge-object.ts';
import type { Member } from './judge-object.ts';
import {
  judgeText,
  wrongBytes,
  wrongKeyType,
  wrongPrefix,
  wrongReference,
  wrongRepository,
} from './judge-text.ts';
import { FULCIO, IDENTITIES, PKI, POLICY, REQUIREMENTS, shapeOf } from './policy-shapes.ts';
import type { PolicyShape, ValueKind } from './policy-shapes.ts';
import type { Report } from './policy-problem.ts';
import { wrongScope } from './transports.ts';

type Judge = (value: Node, owner: string, report: Report) => void;

/** Judges the top-level object of a policy file as containers/image reads it: what it would refuse is reported. */
export function judgePolicy(root: Node, report: Report): void {
  judgeObject(root, POLICY, 'The policy', report, judgeField);
}

const JUDGES: Readonly<Record<ValueKind, Judge>> = {
  text: judgeText(),
  texts: judgeList(judgeText()),
  bytes: judgeText(wrongBytes),
  bytesList: judgeList(judgeText(wrongBytes)),
  reference: judgeText(wrongReference),
  repository: judgeText(wrongRepository),
  prefix: judgeText(wrongPrefix),
  keyType: judgeText(wrongKeyType),
  // Whoever chose the shape has looked at it.
  type: () => undefined,
  requirements: judgeList(judgeRequirement),
  transports: judgeTransports,
  identity: (value, _, report) => judgeTyped(value, IDENTITIES, 'An identity', report),
  fulcio: (value, _, report) => judgeObject(value, FULCIO, '"fulcio"', report, judgeField),
  pki: (value, _, report) => judgeObject(value, PKI, '"pki"', report, judgeField),
};

function judgeField(kind: ValueKind, value: Node, owner: string, report: Report): void {
  JUDGES[kind](value, owner, report);
}

function judgeRequirement(value: Node, _: string, report: Report): void {
  const { type, members } = judgeTyped(value, REQUIREMENTS, 'A requirement', report) ?? {};
  if (type !== 'sigstoreSigned' || members === undefined) return;
  const has = (name: string): boolean => members.has(name);
  const hasLog = [...members.keys()].some((name) => name.startsWith('rekorPublicKey'));
  if (has('fulcio') && !hasLog)
    report(value, '"fulcio" needs the key of a Rekor log beside it, for example "rekorPublicKeyPath".');
  if (has('pki') && hasLog) report(value, '"pki" cannot stand beside the key of a Rekor log.');
}

/** An object whose "type" says which keys it has. */
function judgeTyped(
  value: Node,
  shapes: Readonly<Record<string, PolicyShape>>,
  owner: string,
  report: Report,
): { type: string; members: ReadonlyMap<string, Member> } | undefined {
  if (value.type !== 'object') {
    report(value, `${owner} must be an object with a "type".`);
    return undefined;
  }
  const written = membersOf(value).find(({ name }) => name === 'type')?.value;
  const known = Object.keys(shapes).map(quote).join(', ');
  const type: unknown = written?.value;
  const shape = shapeOf(shapes, type);
  if (shape === undefined || typeof type !== 'string') {
    const message =
      written === undefined
        ? `${owner} must have a "type": one of ${known}.`
        : `${typeof type === 'string' ? quote(type) : 'This'} is no type of ${owner.toLowerCase()}: it must be one of ${known}.`;
    report(written ?? value, message);
    return undefined;
  }
  return { type, members: judgeObject(value, shape, quote(type), report, judgeField) };
}

function judgeTransports(value: Node, owner: string, report: Report): void {
  for (const transport of judgeDictionary(value, owner, report)) {
    for (const scope of judgeDictionary(transport.value, quote(transport.name), report)) {
      const wrong = wrongScope(transport.name, scope.name);
      if (wrong !== undefined) report(scope.key, wrong);
      JUDGES.requirements(scope.value, quote(scope.name), report);
    }
  }
}

/** The members of an object with any keys, each once. */
function judgeDictionary(value: Node, owner: string, report: Report): readonly Member[] {
  if (value.type !== 'object') {
    report(value, `${owner} must be an object.`);
    return [];
  }
  const seen = new Set<string>();
  const members = membersOf(value);
  for (const { name, key } of members) {
    if (seen.has(name))
      report(key, `${quote(name)} stands here a second time, and each may stand once only.`);
    seen.add(name);
  }
  return members;
}

function judgeList(item: Judge): Judge {
  return (value, owner, report) => {
    if (value.type !== 'array') {
      report(value, `${owner} must be a list.`);
      return;
    }
    const items = value.children ?? [];
    if (items.length === 0) report(value, `${owner} must not be an empty list.`);
    for (const child of items) item(child, `Each item of ${owner}`, report);
  };
}
