import { TEXT } from '../../../manifest/appc-schema/text-kinds.ts';
import type { KubernetesContainer, KubernetesPod } from '../../../manifest/pod-spec/kubernetes-pod.ts';
import { quote } from '../../quote.ts';
import type { Volume } from '../pod-manifest.ts';
import type { MappingLog } from './mapping-log.ts';
import { whyNoVolume } from './reasons.ts';

/**
 * Maps the volumes of a pod: `emptyDir` to the kind `empty`, `hostPath` to the kind `host`.
 * @param containers those that become apps
 * @returns by the names of all volumes; undefined for one that has no mapping
 */
export function mapVolumes(
  pod: KubernetesPod,
  containers: readonly KubernetesContainer[],
  log: MappingLog,
): ReadonlyMap<string, Volume | undefined> {
  const mapped = new Map<string, Volume | undefined>();
  const { fsGroup } = pod.security;
  for (const { name, source, path, span, unread } of pod.volumes) {
    if (!TEXT.acName.fits(name))
      log.refuse(span, `${path}.name must be ${TEXT.acName.allowed}; it is ${quote(name)}.`);
    if (mapped.has(name))
      log.refuse(span, `${path}.name is the name of another volume too; names must be unique in a pod.`);
    log.listUnread(unread);
    if (source.kind === 'other') {
      log.list(source.key, whyNoVolume(source.key.value));
      mapped.set(name, undefined);
      continue;
    }
    if (source.kind === 'emptyDir') {
      // What a kubelet makes, and how it gives it to the group of the pod.
      const owner =
        fsGroup === undefined
          ? { mode: '0777', uid: 0, gid: 0 }
          : { mode: '2777', uid: 0, gid: fsGroup.value };
      mapped.set(name, { name, kind: 'empty', ...owner });
    } else {
      const mounts = containers.flatMap((container) =>
        container.mounts.filter(({ volume }) => volume === name),
      );
      const readOnly = mounts.length > 0 && mounts.every((mount) => mount.readOnly);

      mapped.set(name, {
        name,
        kind: 'host',
        source: source.hostPath?.value ?? '',
        ...(readOnly && { readOnly }),
        recursive: true,
      });
    }
  }
  return mapped;
}
