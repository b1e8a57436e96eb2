import assert from 'node:assert/strict';
import type { ResolvedImage } from '../../../../server/src/domain/pod/image-list.ts';
import { appContainers, mapKubernetesPod } from '../../../../server/src/domain/pod/kubernetes.ts';
import type { App, PodManifest, RuntimeApp } from '../../../../server/src/domain/pod/pod-manifest.ts';
import { readPodSpecs } from '../../../../server/src/manifest/pod-spec.ts';
import type { KubernetesPod } from '../../../../server/src/manifest/pod-spec/kubernetes-pod.ts';
import { readMarkers } from '../../../helpers/markers.ts';
import { dockerImage } from '../images.ts';

/** The spec of a pod of one container, `web`, from lines of YAML for each. */
export function podText(container: string, spec = ''): string {
  const indent = (lines: string, by: string): string => lines.trim().replace(/^/gm, by);
  return `apiVersion: v1
kind: Pod
metadata: { name: shop }
spec:
${indent(spec, '  ')}
  containers:
    - name: web
      image: nginx
${indent(container, '      ')}
`;
}

/** Reads the one pod of a text. */
export function podIn(text: string): KubernetesPod {
  const [spec, ...others] = readPodSpecs(text, 'yaml');
  assert.ok(spec?.syntax === 'kubernetes');
  assert.equal(others.length, 0);
  return spec.pod;
}

export interface Mapped {
  readonly manifest: PodManifest;
  /** The first app. */
  readonly runtime: RuntimeApp;
  readonly app: App;
}

/**
 * Maps the one pod of a text and asserts that exactly its marked places (`«no|…»`) are listed, for reasons that match these.
 * @param image of every container
 */
export function assertMapped(marked: string, reasons: readonly RegExp[] = [], image = dockerImage()): Mapped {
  const { text, marks } = readMarkers(marked);
  const mapped = map(text, image);
  assert.ok('manifest' in mapped, JSON.stringify(mapped));
  assert.deepEqual(
    mapped.unmapped.map(({ span }) => text.slice(span.start, span.end)),
    marks.map((mark) => mark.text),
    JSON.stringify(mapped.unmapped, null, 1),
  );
  assert.deepEqual(
    mapped.unmapped.map(({ span }) => span),
    marks.map(({ span }) => span),
  );
  for (const [index, reason] of reasons.entries())
    assert.match(`${mapped.unmapped[index]?.path}: ${mapped.unmapped[index]?.why}`, reason);
  const [runtime] = mapped.manifest.apps;
  assert.ok(runtime?.app);
  return { manifest: mapped.manifest, runtime, app: runtime.app };
}

/** Asserts that a pod is refused at its marked place (`«bad|…»`), with one problem. */
export function assertRefused(marked: string, message: RegExp, image = dockerImage()): void {
  const { text, marks } = readMarkers(marked);
  const mapped = map(text, image);
  assert.ok('problems' in mapped, JSON.stringify(mapped));
  assert.deepEqual(
    mapped.problems.map(({ span }) => span && text.slice(span.start, span.end)),
    marks.map((mark) => mark.text),
    JSON.stringify(mapped.problems, null, 1),
  );
  assert.deepEqual(
    mapped.problems.map(({ span }) => span),
    marks.map(({ span }) => span),
  );
  assert.match(mapped.problems[0]?.message ?? '', message);
}

function map(text: string, image: ResolvedImage) {
  const pod = podIn(text);
  return mapKubernetesPod(pod, new Map(appContainers(pod).map(({ name }) => [name, image])));
}
