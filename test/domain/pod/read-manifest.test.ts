import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readImageManifest, readPodManifest } from '../../../server/src/domain/pod/read-manifest.ts';
import { imageManifest, podManifest } from '../../real/appc-manifests.ts';

describe('readPodManifest', () => {
  it('loses nothing of a manifest that appc takes', () =>
    fc.assert(
      fc.property(podManifest, (pod) => {
        const plain: unknown = JSON.parse(JSON.stringify(pod));
        const read: unknown = JSON.parse(JSON.stringify(readPodManifest(JSON.stringify(pod))));
        assert.deepEqual(withDefaults(read), withDefaults(plain));
      }),
    ));

  it('reads keys in any case, null as absent, and leaves out what it does not know', () => {
    const pod = readPodManifest(
      '{ "ACKIND": "PodManifest", "acVersion": null, "volumes": null, "apps": [{ "Name": "web", "image": null, "x": 1 }] }',
    );
    assert.deepEqual(pod, {
      acVersion: '0.8.11',
      acKind: 'PodManifest',
      apps: [{ name: 'web', image: {} }],
    });
  });

  for (const [json, why] of [
    ['', /it is not JSON; correct it/],
    ['[]', /it is not an object/],
    ['{"apps": {}}', /apps is not a list/],
    ['{"apps": [1]}', /apps\[0\] is not an object/],
    ['{"apps": [{"app": {"exec": ["a", 1]}}]}', /apps\[0\]\.app\.exec\[1\] is not a text/],
    ['{"apps": [{"readOnlyRootFS": "yes"}]}', /apps\[0\]\.readOnlyRootFS is not true or false/],
    ['{"volumes": [{"uid": "1"}]}', /volumes\[0\]\.uid is not a number/],
    ['{"userLabels": {"a": 1}}', /userLabels\.a is not a text/],
    ['{"userLabels": []}', /userLabels is not an object/],
    ['{"acVersion": 1}', /acVersion is not a text/],
  ] as const)
    it(`refuses ${json === '' ? 'an empty text' : json}`, () => {
      assert.throws(() => readPodManifest(json), { code: 'E_MANIFEST', message: why });
    });
});

describe('readImageManifest', () => {
  it('reads what a pod needs', () =>
    fc.assert(
      fc.property(imageManifest, (image) => {
        const read = readImageManifest(JSON.stringify(image));
        assert.equal(read.name, image.name);
        assert.equal(read.labels.length, image.labels?.length ?? 0);
        assert.equal(read.app?.user, image.app?.user);
        assert.equal(read.app?.isolators?.length, image.app?.isolators?.length);
      }),
    ));

  it('tells whom to ask about one that cannot be read', () => {
    assert.throws(() => readImageManifest('{"app": []}'), {
      code: 'E_MANIFEST',
      message:
        "The image's manifest cannot be used because app is not an object; ask its publisher for another build.",
    });
  });
});

/** Both sides of a comparison with what the types always have. */
function withDefaults(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    if ('user' in item && 'group' in item) return { exec: [], ...item };
    if (key !== 'image' && 'name' in item && Object.keys(item).length === 1) return { value: '', ...item };
    return item;
  });
}
