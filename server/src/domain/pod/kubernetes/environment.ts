import { TEXT } from '../../../manifest/appc-schema/text-kinds.ts';
import type { Found, KubernetesContainer } from '../../../manifest/pod-spec/kubernetes-pod.ts';
import { quote } from '../../quote.ts';
import type { NameValue } from '../pod-manifest.ts';
import { expandReferences, referencesIn } from './expand.ts';
import type { MappingLog } from './mapping-log.ts';

/** The variables of a container, and its way to expand what refers to them. */
export interface ContainerEnvironment {
  /** The image's, with the container's in their places or behind them. */
  readonly environment: readonly NameValue[];
  /** A text of `command` or `args` with the values of the container's variables, which are no variables of the image. */
  readonly expand: (text: Found<string>) => string;
}

/** Maps `env`. A variable whose value only a cluster has is listed, and so is each text that needs it. */
export function mapEnvironment(
  { env, envFrom }: KubernetesContainer,
  ofImage: readonly NameValue[],
  log: MappingLog,
): ContainerEnvironment {
  const values = new Map<string, string>();
  const unknown = new Set<string>();
  if (envFrom !== undefined)
    log.list(envFrom, 'the variables are in a cluster, and preparing a pod asks none');

  const expand = (text: Found<string>): string => {
    const missing = referencesIn(text.value).filter(
      (name) => unknown.has(name) || (envFrom !== undefined && !values.has(name)),
    );
    for (const name of new Set(missing))
      log.list(text, `${quote(`$(${name})`)} stays in it as it is: the variable's value is in a cluster`);
    return expandReferences(text.value, values);
  };

  for (const { name, value, valueFrom } of env) {
    if (valueFrom !== undefined) {
      log.list(valueFrom, 'the value is in a cluster, and preparing a pod asks none');
      unknown.add(name.value);
      values.delete(name.value);
    } else {
      const expanded = value === undefined ? '' : expand(value);
      unknown.delete(name.value);
      values.set(name.value, expanded);
      if (!TEXT.environmentName.fits(name.value))
        log.list(name, `a variable of appc is called by ${TEXT.environmentName.allowed}`);
    }
  }
  const own = [...values].filter(([name]) => TEXT.environmentName.fits(name));
  const merged = new Map([...ofImage.map(({ name, value }) => [name, value] as const), ...own]);
  return { environment: [...merged].map(([name, value]) => ({ name, value })), expand };
}
