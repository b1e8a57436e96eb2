import { TEXT } from '../../../manifest/appc-schema/text-kinds.ts';
import type { KubernetesContainer, KubernetesPort } from '../../../manifest/pod-spec/kubernetes-pod.ts';
import { uniqueName } from '../ac-name.ts';
import { quote } from '../../quote.ts';
import type { ExposedPort, Port } from '../pod-manifest.ts';
import type { MappingLog } from './mapping-log.ts';

/** The ports of an app, and those of the host that lead to them. */
export interface MappedPorts {
  readonly ports: readonly Port[];
  readonly exposed: readonly ExposedPort[];
}

/**
 * Maps the ports of a container; those that its image names stay behind them.
 * @param taken the names of the ports of the pod, which must be unique in it (pods.md, "ports"); gets the new ones
 */
export function mapPorts(
  { ports }: KubernetesContainer,
  ofImage: readonly Port[],
  taken: Set<string>,
  log: MappingLog,
): MappedPorts {
  const mapped: Port[] = [];
  const exposed: ExposedPort[] = [];
  for (const port of ports) {
    const protocol = protocolOf(port, log);
    if (protocol === undefined || port.containerPort === undefined) continue;
    const number = port.containerPort.value;
    const asked = nameOf(port, `${number}-${protocol}`, log);
    const name = uniqueName(asked, taken);
    if (name !== asked && asked === port.name?.value)
      log.list(port.name, `another port of the pod has this name, so this one is called ${quote(name)}`);
    mapped.push({ name, protocol, port: number });
    if (port.hostPort !== undefined) exposed.push(exposedPort(name, port.hostPort.value, port, log));
  }
  const isNew = (port: Port): boolean =>
    !mapped.some((other) => other.port === port.port && other.protocol === port.protocol);
  const others = ofImage.filter(isNew).map((port) => {
    const name = port.name ?? `${port.port}-${port.protocol ?? 'tcp'}`;
    return { ...port, name: uniqueName(name, taken) };
  });
  return { ports: [...mapped, ...others], exposed };
}

function protocolOf({ protocol, path, span }: KubernetesPort, log: MappingLog): string | undefined {
  const written = (protocol?.value ?? 'TCP').toLowerCase();
  if (written === 'tcp' || written === 'udp') return written;
  log.list(protocol ?? { path, span }, 'a port of appc is one of tcp or udp, so the port is left out');
  return undefined;
}

function nameOf({ name }: KubernetesPort, otherwise: string, log: MappingLog): string {
  if (name === undefined || name.value === '') return otherwise;
  if (!TEXT.acName.fits(name.value))
    log.refuse(name.span, `${name.path} must be ${TEXT.acName.allowed}; it is ${quote(name.value)}.`);
  return name.value;
}

function exposedPort(
  name: string,
  hostPort: number,
  { hostIP }: KubernetesPort,
  log: MappingLog,
): ExposedPort {
  if (hostIP === undefined || hostIP.value === '') return { name, hostPort };
  if (!TEXT.ipAddress.fits(hostIP.value))
    log.refuse(hostIP.span, `${hostIP.path} must be an IP address; it is ${quote(hostIP.value)}.`);
  return { name, hostPort, hostIP: hostIP.value };
}
