import { quote } from '../quote.ts';
import type { Rule } from './rule.ts';

/** A key that is one of Kubernetes' only in another case or spelling: its value has no effect. */
export const misspelledKey: Rule = ({ source }) =>
  source.misspelledKeys.map(({ value, span, meant }) => ({
    rule: 'misspelled-key',
    span,
    message: `Kubernetes has no key ${quote(value)} here, so its value has no effect; did you mean ${meant}?`,
    replacement: meant,
  }));
