import type { KeyReader } from './key-reader.ts';
import type { KubernetesVolume, KubernetesVolumeSource, Unread } from './kubernetes-pod.ts';

/** Reads a volume of a pod (API reference, "Volume v1 core"): its name, and the one other key, which is its kind. */
export function readVolume(reader: KeyReader): KubernetesVolume {
  const name = reader.text('name');
  if (name === undefined) reader.problem(reader.span, `${reader.path} must have "name".`);
  const unread: Unread[] = [];
  const source = readSource(reader, unread);
  unread.push(...reader.unread());
  return { path: reader.path, span: name?.span ?? reader.span, name: name?.value ?? '', source, unread };
}

/** Reads a claim that a StatefulSet makes for each of its pods, which they mount as a volume of the claim's name. */
export function readClaim(reader: KeyReader): KubernetesVolume {
  const name = reader.object('metadata').text('name');
  const at = { path: reader.path, span: name?.span ?? reader.span };
  const key = { ...at, value: 'persistentVolumeClaim' };
  return { ...at, name: name?.value ?? '', source: { kind: 'other', key }, unread: [] };
}

function readSource(reader: KeyReader, unread: Unread[]): KubernetesVolumeSource {
  if (reader.key('hostPath') !== undefined) {
    const hostPath = reader.object('hostPath');
    const path = hostPath.text('path');
    if (path?.value.startsWith('/') !== true)
      reader.problem(path?.span ?? hostPath.span, `${hostPath.path}.path must be an absolute path.`);
    unread.push(...hostPath.unread());
    return { kind: 'hostPath', hostPath: path };
  }
  if (reader.key('emptyDir') === undefined) {
    const [other] = reader.unread();
    const key = other && reader.key(other.key);
    if (key !== undefined) return { kind: 'other', key };
  }
  // A volume that says nothing is an empty directory too.
  unread.push(...reader.object('emptyDir').unread());
  return { kind: 'emptyDir' };
}
