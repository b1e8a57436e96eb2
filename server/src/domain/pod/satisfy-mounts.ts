import { quote } from '../quote.ts';
import { absolutePath } from './absolute-path.ts';
import { uniqueName } from './ac-name.ts';
import type { App, Mount, MountPoint, RuntimeApp, Volume } from './pod-manifest.ts';
import type { PodProblem } from './pod-problem.ts';
import type { ReifyNote } from './reify.ts';

/** What satisfying the mount points of a pod's apps adds up. */
export interface MountLedger {
  /** The volumes of the pod; those that are made for the images of docker come behind. */
  readonly volumes: Volume[];
  readonly notes: ReifyNote[];
  readonly problems: PodProblem[];
}

/**
 * The mounts of an app, with one for each of its mount points (pods.md: a reified manifest has all of them satisfied). A mount
 * satisfies the mount point with its path, and where there is none a volume of the pod satisfies the mount point of its name.
 *
 * rkt gives every other mount point an empty volume. Here only images of docker get one, as docker and Kubernetes give them an
 * anonymous volume: for an image of appc it is an error, for its publisher asked for a volume that nobody gives.
 * @param app what is run: the pod's `app`, or else the image's
 */
export function satisfyMounts(
  { name, mounts = [] }: RuntimeApp,
  app: App,
  isDocker: boolean,
  ledger: MountLedger,
): readonly Mount[] {
  const found = [...mounts];
  const paths = new Set<string>();
  const refuse = (message: string): unknown => ledger.problems.push({ message });
  for (const mount of mounts) {
    const path = absolutePath(mount.path);
    if (paths.has(path)) refuse(mountedTwice(name, path));
    paths.add(path);
    const isKnown = ledger.volumes.some((volume) => volume.name === mount.volume);
    if (mount.appVolume === undefined && !isKnown) refuse(unknownVolume(name, mount, ledger.volumes));
  }
  for (const point of app.mountPoints ?? []) {
    const path = absolutePath(point.path);
    if (paths.has(path)) continue;
    paths.add(path);
    const volume = ledger.volumes.find((candidate) => candidate.name === point.name);
    if (volume !== undefined) found.push({ volume: volume.name, path: point.path });
    else if (isDocker) found.push(emptyVolume(name, point, ledger));
    else refuse(unsatisfied(name, point));
  }
  return found;
}

/** The volume that docker would make without a name, in the form in which rkt makes it. */
function emptyVolume(app: string, { name, path }: MountPoint, { volumes, notes }: MountLedger): Mount {
  const volume = uniqueName(`${app}-${name}`, new Set(volumes.map((other) => other.name)));
  volumes.push({ name: volume, kind: 'empty', mode: '0755', uid: 0, gid: 0 });
  notes.push({
    app,
    message: `The pod mounts nothing at ${path} of the app ${quote(app)}, so it gets the empty volume ${quote(volume)}, as docker would give it one.`,
  });
  return { volume, path };
}

function unsatisfied(app: string, { name, path }: MountPoint): string {
  return `The mount point ${quote(name)} of the app ${quote(app)}, at ${quote(path)}, is not satisfied because the pod has neither a mount there nor a volume of this name; add one to the pod manifest.`;
}

function unknownVolume(app: string, { volume, path }: Mount, volumes: readonly Volume[]): string {
  const known = volumes.length === 0 ? 'none' : volumes.map(({ name }) => quote(name)).join(', ');
  return `The app ${quote(app)} mounts ${quote(volume)} at ${quote(path)}, but the pod has no volume of this name (it has ${known}); add it or correct the name.`;
}

function mountedTwice(app: string, path: string): string {
  return `The app ${quote(app)} has two mounts at ${quote(path)}; keep one of them.`;
}
