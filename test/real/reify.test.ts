import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { appContainers, mapKubernetesPod } from '../../server/src/domain/pod/kubernetes.ts';
import type { PodManifest } from '../../server/src/domain/pod/pod-manifest.ts';
import { reify } from '../../server/src/domain/pod/reify.ts';
import { readPodSpecs } from '../../server/src/manifest/pod-spec.ts';
import { appcPod, kubernetesPod, reifyKubernetes } from '../domain/pod/generated-pods.ts';
import { dockerImage } from '../domain/pod/images.ts';
import { run } from './parts.ts';

const COUNT = 60;
const SEED = Number(process.env['LARDER_SEED'] ?? 20_260_131);
const EXAMPLES = join(import.meta.dirname, '../../examples');

let directory: string;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-reify-'));
});

after(() => rm(directory, { recursive: true, force: true }));

/** Fails with what Debian's actool says against a manifest. */
async function validate(manifest: PodManifest): Promise<void> {
  const file = join(directory, 'pod.json');
  const json = JSON.stringify(manifest, null, 2);
  await writeFile(file, json);
  await assert.doesNotReject(run('actool', 'validate', file), json);
}

describe('a reified pod and actool validate', () => {
  it(`agree on ${COUNT} pods of appc`, async (test) => {
    test.diagnostic(`seed ${SEED}; LARDER_SEED=… tries another`);
    for (const { manifest, images } of fc.sample(appcPod, { seed: SEED, numRuns: COUNT })) {
      const reified = reify(manifest, images);
      assert.ok('manifest' in reified, JSON.stringify(reified));
      await validate(reified.manifest);
    }
  });

  it(`agree on ${COUNT} pods of Kubernetes`, async (test) => {
    test.diagnostic(`seed ${SEED}; LARDER_SEED=… tries another`);
    for (const object of fc.sample(kubernetesPod, { seed: SEED, numRuns: COUNT }))
      await validate(reifyKubernetes(object).manifest);
  });

  it('agree on the examples', async () => {
    let count = 0;
    for (const name of ['deployment.yaml', 'image-volume.yaml', 'list.json', 'pod.yaml', 'workloads.yaml']) {
      assert.ok((await readdir(EXAMPLES)).includes(name));
      const text = await readFile(join(EXAMPLES, name), 'utf8');
      for (const spec of readPodSpecs(text, name.endsWith('.json') ? 'json' : 'yaml')) {
        assert.ok(spec.syntax === 'kubernetes');
        const images = new Map(appContainers(spec.pod).map((container) => [container.name, dockerImage()]));
        const mapped = mapKubernetesPod(spec.pod, images);
        assert.ok('manifest' in mapped, `${name}: ${JSON.stringify(mapped)}`);
        const reified = reify(mapped.manifest, images);
        assert.ok('manifest' in reified, `${name}: ${JSON.stringify(reified)}`);
        await validate(reified.manifest);
        count++;
      }
    }
    assert.ok(count >= 8, `${count} pods`);
  });

  it('disagrees on one that is not reified', async () => {
    const app = { exec: ['/a'], user: '', group: '' };
    const apps = [{ name: 'web', image: {}, app }];
    const file = join(directory, 'refused.json');
    await writeFile(file, JSON.stringify({ acVersion: '0.8.11', acKind: 'PodManifest', apps }));
    await assert.rejects(run('actool', 'validate', file));
  });
});
