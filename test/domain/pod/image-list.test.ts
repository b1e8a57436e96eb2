import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podOfImages } from '../../../server/src/domain/pod/image-list.ts';
import type { ListedImage } from '../../../server/src/domain/pod/image-list.ts';
import { reify } from '../../../server/src/domain/pod/reify.ts';
import { ID, appcImage } from './images.ts';

function listed(argument: string, name: string): ListedImage {
  const { imageId, manifest } = appcImage();
  return { argument, imageId, manifest: { ...manifest, name } };
}

describe('podOfImages', () => {
  it('calls an app by the last part of the name of its image, in the order asked', () => {
    const pod = podOfImages([
      listed('docker://nginx', 'registry-1.docker.io/library/nginx'),
      listed('example.com/My_App', 'example.com/my_app'),
      listed('./etcd.aci', 'etcd'),
    ]);
    assert.ok('manifest' in pod);
    assert.deepEqual(
      pod.manifest.apps.map(({ name, image }) => [name, image.id]),
      [
        ['nginx', ID],
        ['my-app', ID],
        ['etcd', ID],
      ],
    );
    assert.deepEqual([...pod.images.keys()], ['nginx', 'my-app', 'etcd']);
    const reified = reify(pod.manifest, pod.images);
    assert.ok('manifest' in reified);
    assert.equal(reified.manifest.apps[1]?.image.name, 'example.com/my_app');
  });

  it('refuses two apps of one name, and names both images', () => {
    const pod = podOfImages([listed('docker://web', 'a/web'), listed('b/web', 'b/web')]);
    assert.ok('problems' in pod);
    assert.deepEqual(pod.problems, [
      {
        message:
          'The images "docker://web" and "b/web" cannot be put into one pod because both apps would be called "web"; name them in a pod manifest.',
      },
    ]);
  });

  it('refuses an image whose name leaves nothing to call an app by', () => {
    const pod = podOfImages([listed('./a.aci', '___')]);
    assert.ok('problems' in pod);
    assert.match(pod.problems[0]?.message ?? '', /"\.\/a\.aci" .* "___"/);
  });
});
