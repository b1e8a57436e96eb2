import { TEXT } from '../../../manifest/appc-schema/text-kinds.ts';
import type { KubernetesContainer, Pair } from '../../../manifest/pod-spec/kubernetes-pod.ts';
import { quote } from '../../quote.ts';
import type { Isolator } from '../pod-manifest.ts';
import type { MappingLog } from './mapping-log.ts';

/** The resources that both have, with the same quantities. */
const RESOURCES = ['cpu', 'memory'];

/** Maps `resources`. What is only limited is requested up to its limit, as the API server has it. */
export function resourceIsolators(
  { limits, requests }: KubernetesContainer,
  log: MappingLog,
): readonly Isolator[] {
  const [limit, request] = [quantities(limits, log), quantities(requests, log)];
  return RESOURCES.flatMap((resource) => {
    const value: { request?: string; limit?: string } = {};
    const requested = request.get(resource) ?? limit.get(resource);
    const limited = limit.get(resource);
    if (requested !== undefined) value.request = requested;
    if (limited !== undefined) value.limit = limited;
    return requested === undefined ? [] : [{ name: `resource/${resource}`, value }];
  });
}

function quantities(pairs: readonly Pair[], log: MappingLog): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { key, value } of pairs) {
    if (!RESOURCES.includes(key.value)) log.list(key, 'appc has isolators for cpu and memory alone');
    else if (!value.value.startsWith('-') && TEXT.quantity.fits(value.value))
      found.set(key.value, value.value);
    else
      log.refuse(
        value.span,
        `${value.path} must be a quantity of 0 or more, as in 500m or 64Mi; it is ${quote(value.value)}.`,
      );
  }
  return found;
}
