import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readManifest } from '../../server/src/manifest/read-manifest.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');

/** The kinds of pod and the number of images in each example, in the order of the file. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'broken.yaml': ['Pod 2', 'Pod 1'],
  'deployment.yaml': ['Deployment 3'],
  'helm-template.yaml': ['Deployment 3'],
  'image-volume.yaml': ['Pod 2'],
  'list.json': ['Pod 1', 'PodTemplate 1'],
  'mistakes.yaml': ['Pod 8'],
  'pod-manifest.json': ['PodManifest 2'],
  'pod.yaml': ['Pod 2'],
  // Of an image policy the requirements are read, and no pods.
  'policy.json': [],
  'workloads.yaml': ['StatefulSet 1', 'DaemonSet 1', 'Job 1', 'CronJob 2', 'ReplicationController 1'],
};

describe('examples', () => {
  it('are all listed here', () => {
    assert.deepEqual(
      readdirSync(EXAMPLES)
        .filter((name) => /\.(?:ya?ml|json)$/.test(name))
        .sort(),
      Object.keys(EXPECTED),
    );
  });

  for (const [file, expected] of Object.entries(EXPECTED)) {
    it(`${file} is read as intended`, () => {
      const text = readFileSync(join(EXAMPLES, file), 'utf8');
      const { documents } = readManifest(text, file.endsWith('.json') ? 'json' : 'yaml');
      const found = documents.flatMap(({ pods }) =>
        pods.map(({ kind, images }) => `${kind} ${images.length}`),
      );
      assert.deepEqual(found, expected);
    });
  }
});
