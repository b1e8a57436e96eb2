import type { Found } from '../../../manifest/pod-spec/kubernetes-pod.ts';
import type { Isolator } from '../pod-manifest.ts';

/** What an app without a capability isolator has (ace.md, "os/linux/capabilities-remove-set"), and a container too. */
const DEFAULT = [
  'CAP_AUDIT_WRITE',
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FSETID',
  'CAP_FOWNER',
  'CAP_KILL',
  'CAP_MKNOD',
  'CAP_NET_RAW',
  'CAP_NET_BIND_SERVICE',
  'CAP_SETUID',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETFCAP',
  'CAP_SYS_CHROOT',
] as const;

/** capabilities(7), besides the default ones. */
const OTHERS = [
  'CAP_AUDIT_CONTROL',
  'CAP_AUDIT_READ',
  'CAP_BLOCK_SUSPEND',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE',
  'CAP_DAC_READ_SEARCH',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_LEASE',
  'CAP_LINUX_IMMUTABLE',
  'CAP_MAC_ADMIN',
  'CAP_MAC_OVERRIDE',
  'CAP_NET_ADMIN',
  'CAP_NET_BROADCAST',
  'CAP_PERFMON',
  'CAP_SYSLOG',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_MODULE',
  'CAP_SYS_NICE',
  'CAP_SYS_PACCT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_WAKE_ALARM',
] as const;

const ALL: readonly string[] = [...DEFAULT, ...OTHERS];

/**
 * The isolator for what a container adds to the default capabilities and drops from them; undefined when the default ones stay.
 * As in container runtimes `ALL` comes first, then what is added, then what is dropped.
 */
export function capabilityIsolator(
  added: readonly Found<string>[],
  dropped: readonly Found<string>[],
  unknown: (capability: Found<string>) => void,
): Isolator | undefined {
  const isAll = ({ value }: Found<string>): boolean => value.toUpperCase() === 'ALL';
  const named = (list: readonly Found<string>[]): readonly string[] =>
    list.flatMap((item) => {
      if (isAll(item)) return [];
      const name = `CAP_${item.value.toUpperCase().replace(/^CAP_/, '')}`;
      if (ALL.includes(name)) return [name];
      unknown(item);
      return [];
    });
  const start = added.some(isAll) ? ALL : dropped.some(isAll) ? [] : DEFAULT;
  const kept = new Set<string>([...start, ...named(added)]);
  for (const name of named(dropped)) kept.delete(name);

  const beyond = [...kept].some((name) => !DEFAULT.some((each) => each === name));
  const removed = DEFAULT.filter((name) => !kept.has(name));
  // The shorter set says it; and none must be empty, so what keeps nothing removes everything.
  if (beyond || (kept.size > 0 && kept.size < removed.length))
    return { name: 'os/linux/capabilities-retain-set', value: { set: [...kept] } };
  return removed.length > 0
    ? { name: 'os/linux/capabilities-remove-set', value: { set: removed } }
    : undefined;
}
