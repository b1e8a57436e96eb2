import type { KeyReader } from './key-reader.ts';
import type { KubernetesSecurity, Unread } from './kubernetes-pod.ts';

/** Reads the `securityContext` of a pod or of a container: what only the other can have is no key of this one. */
export function readSecurity(
  owner: KeyReader,
  of: 'pod' | 'container',
): { security: KubernetesSecurity; unread: readonly Unread[] } {
  const context = owner.object('securityContext');
  context.unlessFalse('privileged');
  const isPod = of === 'pod';
  const { added, dropped, unread } = isPod
    ? { added: [], dropped: [], unread: [] }
    : readCapabilities(context);
  const security: KubernetesSecurity = {
    runAsUser: context.integer('runAsUser'),
    runAsGroup: context.integer('runAsGroup'),
    runAsNonRoot: context.flag('runAsNonRoot'),
    selinux: readSelinux(context),
    addedCapabilities: added,
    droppedCapabilities: dropped,
    readOnlyRootFilesystem: isPod ? undefined : context.flag('readOnlyRootFilesystem'),
    allowPrivilegeEscalation: isPod ? undefined : context.flag('allowPrivilegeEscalation'),
    supplementalGroups: isPod ? context.integers('supplementalGroups') : [],
    fsGroup: isPod ? context.integer('fsGroup') : undefined,
    sysctls: isPod ? readSysctls(context) : [],
  };
  return { security, unread: [...unread, ...context.unread()] };
}

function readCapabilities(
  context: KeyReader,
): Record<'added' | 'dropped', KubernetesSecurity['addedCapabilities']> & { unread: readonly Unread[] } {
  const capabilities = context.object('capabilities');
  const [added, dropped] = [capabilities.texts('add'), capabilities.texts('drop')];
  return { added, dropped, unread: capabilities.unread() };
}

function readSelinux(context: KeyReader): KubernetesSecurity['selinux'] {
  const at = context.key('seLinuxOptions');
  if (at === undefined) return undefined;
  const options = context.object('seLinuxOptions');
  const part = (key: string): string => options.text(key)?.value ?? '';
  const value = { user: part('user'), role: part('role'), type: part('type'), level: part('level') };
  return { ...at, value };
}

function readSysctls(context: KeyReader): KubernetesSecurity['sysctls'] {
  return context.objects('sysctls').flatMap((sysctl) => {
    const [key, value] = [sysctl.text('name'), sysctl.text('value')];
    return key === undefined || value === undefined ? [] : [{ key, value }];
  });
}
