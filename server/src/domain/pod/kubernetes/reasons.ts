const RUNNER = 'appc leaves this to whoever runs the pod';
const NODE = 'it chooses among the nodes of a cluster, and a prepared pod runs where it was prepared';
const CLUSTER = 'what it stands for is in a cluster, and preparing a pod asks none';
const NAMESPACES = 'the apps of a pod of appc share the namespaces that its specification says';
const NO_CHECKS = 'appc has no health checks';
const NO_TERMINAL = 'an app of appc has no terminal';
const SECURITY = 'appc has no isolator for it';

/** Why a key of a pod, a container or a volume has no mapping, in words that follow "because". */
const REASONS: Readonly<Record<string, string>> = {
  activeDeadlineSeconds: RUNNER,
  affinity: NODE,
  appArmorProfile: SECURITY,
  automountServiceAccountToken: CLUSTER,
  dnsConfig: RUNNER,
  dnsPolicy: RUNNER,
  enableServiceLinks: CLUSTER,
  fsGroupChangePolicy: 'only the empty volumes get the group, and they are new',
  hostAliases: RUNNER,
  hostIPC: NAMESPACES,
  hostNetwork: NAMESPACES,
  hostPID: NAMESPACES,
  hostUsers: NAMESPACES,
  hostname: RUNNER,
  imagePullSecrets: 'credentials for registries come from the files of this machine',
  lifecycle: 'its hooks run beside the container, and the event handlers of appc before and after an app',
  livenessProbe: NO_CHECKS,
  medium: 'an empty volume of appc has no medium',
  mountPropagation: 'a mount of appc has no propagation',
  nodeName: NODE,
  nodeSelector: NODE,
  preemptionPolicy: NODE,
  priority: NODE,
  priorityClassName: NODE,
  privileged: `an app of appc has the capabilities it is given, and no privileges beside them`,
  procMount: SECURITY,
  readinessGates: NO_CHECKS,
  readinessProbe: NO_CHECKS,
  recursiveReadOnly: 'a mount of appc has no such mode',
  resourceClaims: CLUSTER,
  restartPolicy: 'appc leaves restarts to whoever runs the pod',
  runtimeClassName: CLUSTER,
  schedulerName: NODE,
  schedulingGates: NODE,
  seccompProfile:
    'the system calls that it stands for are not listed here, as an isolator of appc would have them',
  serviceAccount: CLUSTER,
  serviceAccountName: CLUSTER,
  shareProcessNamespace: NAMESPACES,
  sizeLimit: 'an empty volume of appc has no limit',
  startupProbe: NO_CHECKS,
  stdin: NO_TERMINAL,
  stdinOnce: NO_TERMINAL,
  subdomain: RUNNER,
  supplementalGroupsPolicy: 'the groups of users in the image are not looked up',
  terminationGracePeriodSeconds: RUNNER,
  terminationMessagePath: RUNNER,
  terminationMessagePolicy: RUNNER,
  tolerations: NODE,
  topologySpreadConstraints: NODE,
  tty: NO_TERMINAL,
  type: 'the host is not looked at before the pod runs',
  volumeDevices: 'appc has no block devices',
};

export function whyUnmapped(key: string): string {
  return Object.hasOwn(REASONS, key) ? (REASONS[key] ?? ANY) : ANY;
}

const ANY = 'appc has no place for it';

/** Why the volumes of a kind have no mapping. */
const VOLUMES: Readonly<Record<string, string>> = {
  configMap: CLUSTER,
  downwardAPI: CLUSTER,
  image: 'appc mounts no images',
  projected: CLUSTER,
  secret: CLUSTER,
};

export function whyNoVolume(kind: string): string {
  const reason = Object.hasOwn(VOLUMES, kind) ? VOLUMES[kind] : undefined;
  return reason ?? 'appc has volumes of the host and empty ones, and no others';
}
