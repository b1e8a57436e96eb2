import type { KubernetesContainer } from '../../../manifest/pod-spec/kubernetes-pod.ts';
import { quote } from '../../quote.ts';
import { absolutePath } from '../absolute-path.ts';
import { uniqueName } from '../ac-name.ts';
import type { Mount, MountPoint, Volume } from '../pod-manifest.ts';
import type { MappingLog } from './mapping-log.ts';

/** The mounts of an app, and a mount point for each: only that can say that one mount of a volume is read-only. */
export interface MappedMounts {
  readonly mounts: readonly Mount[];
  readonly mountPoints: readonly MountPoint[];
}

/**
 * Maps the mounts of a container. The mount points of its image stay where nothing is mounted, under names that no volume of the
 * pod has: Kubernetes mounts no volume because of its name.
 * @param volumes see mapVolumes
 */
export function mapMounts(
  { mounts }: KubernetesContainer,
  ofImage: readonly MountPoint[],
  volumes: ReadonlyMap<string, Volume | undefined>,
  log: MappingLog,
): MappedMounts {
  const mapped: Mount[] = [];
  const mountPoints: MountPoint[] = [];
  const paths = new Set<string>();
  const names = new Set(volumes.keys());
  for (const mount of mounts) {
    const { volume, mountPath, readOnly, subPath } = mount;
    const found = volumes.get(volume);
    if (mountPath === undefined) continue;
    const path = absolutePath(mountPath.value);
    if (paths.has(path))
      log.refuse(mountPath.span, `${mountPath.path} is the path of another mount too; keep one of them.`);
    paths.add(path);
    if (!volumes.has(volume))
      log.refuse(
        mount.span,
        `${mount.path} mounts ${quote(volume)}, and the pod has no volume of this name.`,
      );
    else if (found === undefined) log.list(mount, `its volume ${quote(volume)} has no mapping`);
    else if (subPath !== undefined)
      log.list(subPath, 'a mount of appc has the whole volume, so nothing is mounted here');
    else {
      const isFirst = !mapped.some((other) => other.volume === volume);
      const name = isFirst ? volume : uniqueName(volume, names);
      mapped.push({ volume, path });
      mountPoints.push({ name, path, ...(readOnly && { readOnly }) });
    }
  }
  for (const point of ofImage) {
    if (mountPoints.some(({ path }) => path === absolutePath(point.path))) continue;
    mountPoints.push({ ...point, name: uniqueName(point.name, names) });
  }
  return { mounts: mapped, mountPoints };
}
