import { quote } from '../quote.ts';
import { isFromDocker } from './docker-image.ts';
import type { ResolvedImage } from './image-list.ts';
import { invalidManifest } from './invalid-manifest.ts';
import type { App, ImageManifest, PodManifest, RuntimeApp, RuntimeImage, Volume } from './pod-manifest.ts';
import type { PodProblem } from './pod-problem.ts';
import { satisfyMounts } from './satisfy-mounts.ts';
import type { MountLedger } from './satisfy-mounts.ts';

/** Something that was decided for the user, who may want to know it. */
export interface ReifyNote {
  readonly app: string;
  /** One sentence. */
  readonly message: string;
}

export interface ReifiedPod {
  readonly manifest: PodManifest;
  readonly notes: readonly ReifyNote[];
}

/**
 * Completes the manifest of a pod (pods.md: "fully resolved (reified) before execution"): every app has the ID of its image and
 * says how it is run, and every mount point is satisfied. What comes out is valid for appc's tools.
 * @param images by the names of their apps
 * @returns the manifest, or everything that is wrong with it
 */
export function reify(
  pod: PodManifest,
  images: ReadonlyMap<string, ResolvedImage>,
): ReifiedPod | { readonly problems: readonly PodProblem[] } {
  const volumes: Volume[] = [...(pod.volumes ?? [])];
  const ledger: MountLedger = { volumes, notes: [], problems: [] };
  if (pod.apps.length === 0) ledger.problems.push({ message: 'The pod has no apps; add one to "apps".' });
  const apps = pod.apps.map((app) => reifyApp(app, images.get(app.name), ledger));
  if (ledger.problems.length === 0) checkPorts(pod, apps, ledger.problems);
  if (ledger.problems.length > 0) return { problems: ledger.problems };
  const manifest = { ...pod, apps, ...(volumes.length > 0 && { volumes }) };
  const problems = invalidManifest(manifest);
  return problems.length > 0 ? { problems } : { manifest, notes: ledger.notes };
}

function reifyApp(app: RuntimeApp, image: ResolvedImage | undefined, ledger: MountLedger): RuntimeApp {
  const refuse = (message: string): RuntimeApp => {
    ledger.problems.push({ message });
    return app;
  };
  const title = `The app ${quote(app.name)}`;
  if (image === undefined) return refuse(`${title} cannot be prepared because its image was not resolved.`);
  const { manifest, imageId } = image;
  const different = disagreement(app.image, manifest);
  if (different !== undefined)
    return refuse(`${title} asks for an image with ${different}; correct the pod manifest.`);
  // pods.md: "substitute for the app object of the referred image's ImageManifest", so nothing is merged into it.
  const run: App | undefined = app.app ?? manifest.app;
  if (run === undefined || run.exec.length === 0)
    return refuse(
      `${title} cannot be run because neither the pod nor its image ${quote(manifest.name)} says what to execute; add "exec" to its "app".`,
    );
  const mounts = satisfyMounts(app, run, isFromDocker(manifest), ledger);
  const labels = app.image.labels ?? manifest.labels;
  return {
    ...app,
    image: {
      name: app.image.name ?? manifest.name,
      id: imageId,
      ...(labels.length > 0 && { labels }),
    },
    app: run,
    ...(mounts.length > 0 && { mounts }),
  };
}

/** An ID wins over name and labels, and these must then be the image's own. */
function disagreement({ name, labels = [] }: RuntimeImage, manifest: ImageManifest): string | undefined {
  if (name !== undefined && name !== manifest.name)
    return `the name ${quote(name)}, but the one that its "id" stands for is called ${quote(manifest.name)}`;
  for (const { name: label, value } of labels) {
    const own = manifest.labels.find((candidate) => candidate.name === label)?.value;
    if (own === value) continue;
    const has = own === undefined ? 'does not have this label' : `has ${quote(own)}`;
    return `the label ${quote(label)} of ${quote(value)}, but the one that was found, ${quote(manifest.name)}, ${has}`;
  }
  return undefined;
}

/** A port of the host leads to the port of an app by name (pods.md, "ports"), unless it says itself where to. */
function checkPorts({ ports = [] }: PodManifest, apps: readonly RuntimeApp[], problems: PodProblem[]): void {
  const names = apps.flatMap(({ app }) => app?.ports?.map(({ name }) => name) ?? []);
  const known = new Set(names.filter((name) => name !== undefined));
  for (const { name, podPort } of ports) {
    if (podPort !== undefined || known.has(name)) continue;
    const have = known.size === 0 ? 'they have none' : `they have ${[...known].map(quote).join(', ')}`;
    const message = `The pod exposes the port ${quote(name)}, but no app has a port of this name (${have}); correct the name or add "podPort".`;
    problems.push({ message });
  }
}
