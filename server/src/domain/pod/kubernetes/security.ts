import type { Found, KubernetesSecurity } from '../../../manifest/pod-spec/kubernetes-pod.ts';
import { quote } from '../../quote.ts';
import type { App, Isolator } from '../pod-manifest.ts';
import { capabilityIsolator } from './capabilities.ts';
import type { MappingLog } from './mapping-log.ts';

/** A container's own security context comes before its pod's. */
export interface SecurityContexts {
  readonly container: KubernetesSecurity;
  readonly pod: KubernetesSecurity;
}

/** Maps who runs an app: the manifest says it, or else the image. */
export function userOf(
  { container, pod }: SecurityContexts,
  ofImage: Pick<App, 'user' | 'group'>,
  log: MappingLog,
): Pick<App, 'user' | 'group' | 'supplementaryGIDs'> {
  const runAsUser = container.runAsUser ?? pod.runAsUser;
  const runAsGroup = container.runAsGroup ?? pod.runAsGroup;
  const user = runAsUser === undefined ? ofImage.user : String(runAsUser.value);
  const isOfImage = user === ofImage.user;
  if (runAsUser !== undefined && runAsGroup === undefined && !isOfImage)
    log.list(
      runAsUser,
      `without runAsGroup the group is 0: the user's own group in the image's /etc/passwd is not looked up`,
    );
  const group = runAsGroup === undefined ? (isOfImage ? ofImage.group : '0') : String(runAsGroup.value);
  checkNonRoot(container.runAsNonRoot ?? pod.runAsNonRoot, user, log);
  const groups = [...pod.supplementalGroups, ...(pod.fsGroup ? [pod.fsGroup] : [])].map(({ value }) => value);
  return { user, group, ...(groups.length > 0 && { supplementaryGIDs: [...new Set(groups)] }) };
}

/** The kubelet does not start a container that must not be root and is, or may be. */
function checkNonRoot(nonRoot: Found<boolean> | undefined, user: string, log: MappingLog): void {
  if (nonRoot?.value !== true) return;
  if (user === '0' || user === 'root')
    log.refuse(
      nonRoot.span,
      `${nonRoot.path} forbids root, and root is who would run the app; set "runAsUser".`,
    );
  else if (!/^\d+$/.test(user))
    log.list(nonRoot, `whether the image's user ${quote(user)} is root is known to its /etc/passwd alone`);
}

/** Maps what an app may do. */
export function securityIsolators(
  { container, pod }: SecurityContexts,
  log: MappingLog,
): readonly Isolator[] {
  const isolators: Isolator[] = [];
  const capabilities = capabilityIsolator(
    container.addedCapabilities,
    container.droppedCapabilities,
    (unknown) => log.list(unknown, 'Linux has no capability of this name'),
  );
  if (capabilities !== undefined) isolators.push(capabilities);
  if (container.allowPrivilegeEscalation?.value === false)
    isolators.push({ name: 'os/linux/no-new-privileges', value: true });
  const selinux = container.selinux ?? pod.selinux;
  if (selinux !== undefined) {
    const { user, role, type, level } = selinux.value;
    const isWhole = [user, role, type].every((part) => part !== '' && !part.includes(':')) && level !== '';
    if (isWhole) isolators.push({ name: 'os/linux/selinux-context', value: { user, role, type, level } });
    else log.list(selinux, 'a context of appc has user, role, type and level');
  }
  return isolators;
}
