import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ResolvedImage } from '../../../server/src/domain/pod/image-list.ts';
import type { PodManifest, RuntimeApp } from '../../../server/src/domain/pod/pod-manifest.ts';
import { reify } from '../../../server/src/domain/pod/reify.ts';
import type { ReifiedPod } from '../../../server/src/domain/pod/reify.ts';
import { appcProblems } from '../../../server/src/manifest/appc-schema/appc-problems.ts';
import { appcPod, kubernetesPod, reifyKubernetes } from './generated-pods.ts';
import { ID, appcImage, dockerImage } from './images.ts';

function pod(app: Partial<RuntimeApp> = {}, others: Partial<PodManifest> = {}): PodManifest {
  const web = { name: 'web', image: {}, ...app };
  return { acVersion: '0.8.11', acKind: 'PodManifest', apps: [web], ...others };
}

function reified(manifest: PodManifest, image: ResolvedImage = appcImage()): ReifiedPod {
  const result = reify(manifest, new Map([['web', image]]));
  assert.ok('manifest' in result, JSON.stringify(result));
  return result;
}

function refused(manifest: PodManifest, image = appcImage(), name = 'web'): readonly string[] {
  const result = reify(manifest, new Map([[name, image]]));
  assert.ok('problems' in result, JSON.stringify(result));
  return result.problems.map(({ message }) => message);
}

describe('reify', () => {
  it('gives every app the ID, name and labels of its image, and its app', () => {
    const labels = [{ name: 'version', value: '1' }];
    const { manifest, notes } = reified(pod(), appcImage({}, labels));
    assert.deepEqual(manifest.apps, [
      {
        name: 'web',
        image: { name: 'example.com/web', id: ID, labels },
        app: { exec: ['/bin/web'], user: '0', group: '0' },
      },
    ]);
    assert.deepEqual(notes, []);
    assert.equal('volumes' in manifest, false);
  });

  it('keeps what the pod says of the image, and completes a shortened ID', () => {
    const asked = { name: 'example.com/web', id: ID.slice(0, 40), labels: [{ name: 'os', value: 'linux' }] };
    const labels = [{ name: 'version', value: '1' }, ...asked.labels];
    const { manifest } = reified(pod({ image: asked }), appcImage({}, labels));
    assert.deepEqual(manifest.apps[0]?.image, { ...asked, id: ID });
  });

  it('lets the app of the pod stand in the place of the image’s, as a whole', () => {
    const app = { exec: ['/bin/other'], user: '1', group: '1' };
    const image = appcImage({ environment: [{ name: 'A', value: '1' }], workingDirectory: '/srv' });
    assert.deepEqual(reified(pod({ app }), image).manifest.apps[0]?.app, app);
  });

  it('keeps all else of the pod', () => {
    const others = {
      annotations: [{ name: 'a', value: 'b' }],
      isolators: [{ name: 'resource/cpu', value: { limit: '1' } }],
      userAnnotations: { x: 'y' },
      userLabels: { x: 'y' },
    };
    const { apps, acKind, acVersion, ...kept } = reified(
      pod({ readOnlyRootFS: true, annotations: others.annotations }, others),
    ).manifest;
    assert.deepEqual(kept, others);
    assert.deepEqual([acKind, acVersion, apps[0]?.readOnlyRootFS], ['PodManifest', '0.8.11', true]);
    assert.deepEqual(apps[0]?.annotations, others.annotations);
  });

  it('refuses an app without anything to execute, from the image or in its place', () => {
    const message =
      'The app "web" cannot be run because neither the pod nor its image "example.com/web" says what to execute; add "exec" to its "app".';
    const { app, ...library } = appcImage().manifest;
    assert.ok(app);
    assert.deepEqual(refused(pod(), { imageId: ID, manifest: library }), [message]);
    assert.deepEqual(refused(pod(), appcImage({ exec: [] })), [message]);
    assert.deepEqual(refused(pod({ app: { exec: [], user: '0', group: '0' } })), [message]);
  });

  it('refuses an ID that stands for another image than its name and labels', () => {
    assert.match(
      refused(pod({ image: { id: ID, name: 'example.com/db' } }))[0] ?? '',
      /the name "example\.com\/db", but .* called "example\.com\/web"/,
    );
    const labels = [{ name: 'version', value: '1' }];
    const asked = pod({ image: { id: ID, labels: [{ name: 'version', value: '2' }] } });
    assert.match(refused(asked, appcImage({}, labels))[0] ?? '', /the label "version" of "2".*has "1"/);
    assert.match(refused(asked)[0] ?? '', /does not have this label/);
  });

  it('refuses a pod without apps, and an app without its image', () => {
    assert.match(refused(pod({}, { apps: [] }))[0] ?? '', /has no apps/);
    assert.deepEqual(refused(pod(), appcImage(), 'other'), [
      'The app "web" cannot be prepared because its image was not resolved.',
    ]);
  });

  it('refuses a port of the host that leads nowhere', () => {
    const http = { name: 'http', protocol: 'tcp', port: 80 };
    const exposing = pod({}, { ports: [{ name: 'http', hostPort: 8080 }] });
    assert.match(refused(exposing)[0] ?? '', /port "http", but no app .* \(they have none\)/);
    assert.match(
      refused(exposing, appcImage({ ports: [{ ...http, name: 'web' }] }))[0] ?? '',
      /\(they have "web"\)/,
    );
    reified(exposing, appcImage({ ports: [http] }));
    reified(pod({}, { ports: [{ name: 'http', hostPort: 8080, podPort: http }] }));
  });

  it('refuses an image whose app appc does not take, and a template that is left', () => {
    assert.match(
      refused(pod(), appcImage({ workingDirectory: 'srv' }))[0] ?? '',
      /^The pod is not valid for appc: apps\[0\]\.app\.workingDirectory must be an absolute path; it is "srv"\.$/,
    );
    assert.match(
      refused(pod(), appcImage({ workingDirectory: '${HOME}' }))[0] ?? '',
      /it is "\$\{HOME\}"\.$/,
    );
    reified(pod(), appcImage({ exec: ['/bin/web', '${HOME}', '{{.Name}}', '$(X)'] }));
  });

  it('tells all problems at once', () => {
    const app = { exec: ['/a'], user: '0', group: '0', mountPoints: [{ name: 'a', path: '/a' }] };
    const second = { name: 'db', image: {}, app };
    const manifest = pod({ app }, { apps: [...pod({ app }).apps, second] });
    assert.equal(refused(manifest).length, 2);
  });

  describe('of generated pods', () => {
    const check = ({ manifest }: ReifiedPod): void => {
      const found = appcProblems(JSON.stringify(manifest)).filter(({ rule }) => rule === 'appc-schema');
      assert.deepEqual(found, []);
      for (const { app, image, mounts = [] } of manifest.apps) {
        assert.match(image.id ?? '', /^sha512-[0-9a-f]{128}$/);
        assert.ok(app !== undefined && app.exec.length > 0);
        for (const { path } of app.mountPoints ?? [])
          assert.ok(
            mounts.some((mount) => mount.path === path),
            path,
          );
        const volumes = manifest.volumes ?? [];
        for (const mount of mounts)
          assert.ok(mount.appVolume ?? volumes.some(({ name }) => name === mount.volume));
      }
    };

    it('of appc is valid, with every mount point satisfied', () =>
      fc.assert(
        fc.property(appcPod, ({ manifest, images }) => {
          const result = reify(manifest, images);
          assert.ok('manifest' in result, JSON.stringify(result));
          check(result);
        }),
      ));

    it('of Kubernetes is valid, with every mount point satisfied', () =>
      fc.assert(fc.property(kubernetesPod, (object) => check(reifyKubernetes(object)))));

    it('stays the same when it is reified again', () =>
      fc.assert(
        fc.property(appcPod, ({ manifest, images }) => {
          const once = reify(manifest, images);
          assert.ok('manifest' in once);
          const twice = reify(once.manifest, images);
          assert.ok('manifest' in twice);
          assert.deepEqual(twice.manifest, once.manifest);
          assert.deepEqual(twice.notes, []);
        }),
      ));
  });

  it('gives an image of docker what docker would', () => {
    const image = dockerImage({ mountPoints: [{ name: 'volume-data', path: '/data' }] });
    const { manifest, notes } = reified(pod(), image);
    assert.deepEqual(manifest.volumes, [
      { name: 'web-volume-data', kind: 'empty', mode: '0755', uid: 0, gid: 0 },
    ]);
    assert.equal(notes.length, 1);
  });
});
