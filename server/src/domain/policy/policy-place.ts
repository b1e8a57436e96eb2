import type { JSONPath, Node } from 'jsonc-parser';
import { membersOf } from './judge-object.ts';
import {
  FULCIO,
  IDENTITIES,
  IDENTITY_TYPE,
  PKI,
  POLICY,
  REQUIREMENTS,
  TYPE,
  fieldOf,
  shapeOf,
} from './policy-shapes.ts';
import type { PolicyField, PolicyShape } from './policy-shapes.ts';

type Shapes = Readonly<Record<string, PolicyShape>>;

/** What stands, or belongs, at some place of a policy file. */
export type PolicyPlace = {
  /** The value that is there; undefined when there is none yet. */
  readonly node: Node | undefined;
} & (
  | { readonly kind: 'object'; readonly shape: PolicyShape; readonly shapes?: Shapes }
  /** An object whose `type` is missing or is not one of these. */
  | { readonly kind: 'typed'; readonly shapes: Shapes }
  | { readonly kind: 'type'; readonly shapes: Shapes; readonly field: PolicyField }
  | { readonly kind: 'value'; readonly field: PolicyField }
  | { readonly kind: 'requirements'; readonly field?: PolicyField }
  | { readonly kind: 'transports'; readonly field: PolicyField }
  | { readonly kind: 'scopes'; readonly transport: string }
);

/**
 * What a path leads to from the top of a policy file; undefined for a place that a policy does not have.
 * @param root the file's tree, which may be broken
 */
export function placeAt(root: Node | undefined, path: JSONPath): PolicyPlace | undefined {
  const top: PolicyPlace = { kind: 'object', shape: POLICY, node: root };
  return path.reduce<PolicyPlace | undefined>((place, segment) => place && step(place, segment), top);
}

function step(place: PolicyPlace, segment: string | number): PolicyPlace | undefined {
  const node = memberAt(place.node, segment);
  switch (place.kind) {
    case 'object': {
      const field = fieldOf(place.shape, String(segment));
      return field && placeOfField(field, node, place.shapes);
    }
    case 'typed':
      return segment === 'type' ? typePlace(place.shapes, node) : undefined;
    case 'transports':
      return { kind: 'scopes', transport: String(segment), node };
    case 'scopes':
      return { kind: 'requirements', node };
    case 'requirements':
      return typeof segment === 'number' ? typed(REQUIREMENTS, node) : undefined;
    case 'value':
      // An item of a list of texts.
      return typeof segment === 'number' ? { kind: 'value', field: place.field, node } : undefined;
    case 'type':
      return undefined;
  }
}

function placeOfField(
  field: PolicyField,
  node: Node | undefined,
  shapes: Shapes | undefined,
): PolicyPlace | undefined {
  switch (field.value) {
    case 'type':
      return shapes && typePlace(shapes, node);
    case 'requirements':
    case 'transports':
      return { kind: field.value, field, node };
    case 'identity':
      return typed(IDENTITIES, node);
    case 'fulcio':
      return { kind: 'object', shape: FULCIO, node };
    case 'pki':
      return { kind: 'object', shape: PKI, node };
    default:
      return { kind: 'value', field, node };
  }
}

function typed(shapes: Shapes, node: Node | undefined): PolicyPlace {
  const shape = shapeOf(shapes, memberAt(node, 'type')?.value);
  return shape === undefined ? { kind: 'typed', shapes, node } : { kind: 'object', shape, shapes, node };
}

function typePlace(shapes: Shapes, node: Node | undefined): PolicyPlace {
  return { kind: 'type', shapes, field: shapes === IDENTITIES ? IDENTITY_TYPE : TYPE, node };
}

function memberAt(node: Node | undefined, segment: string | number): Node | undefined {
  if (typeof segment === 'number') return node?.type === 'array' ? node.children?.[segment] : undefined;
  return membersOf(node).find(({ name }) => name === segment)?.value;
}

/** The scopes of the docker transport as they are written. */
export function dockerScopes(root: Node | undefined): ReadonlySet<string> {
  const docker = placeAt(root, ['transports', 'docker']);
  return new Set(membersOf(docker?.node).map(({ name }) => name));
}
