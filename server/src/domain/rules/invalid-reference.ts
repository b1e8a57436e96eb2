import type { Rule } from './rule.ts';

/** The image is not a valid reference: distribution/reference's grammar in Kubernetes, appc's in a PodManifest. */
export const invalidReference: Rule = ({ source, status }) =>
  status.kind === 'invalid'
    ? [{ rule: 'invalid-reference', span: source.image.span, message: status.error.message }]
    : [];
