import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dockerExec, isFromDocker } from '../../../server/src/domain/pod/docker-image.ts';
import { appcImage, dockerImage } from './images.ts';

describe('dockerExec', () => {
  it('reads the annotations of a conversion, an absent one as an empty list', () => {
    assert.deepEqual(dockerExec(dockerImage().manifest), { entrypoint: ['/entry'], command: ['serve'] });
    assert.deepEqual(dockerExec(dockerImage({}, ['/entry'], []).manifest), {
      entrypoint: ['/entry'],
      command: [],
    });
    assert.deepEqual(dockerExec(dockerImage({}, [], ['sh']).manifest), { entrypoint: [], command: ['sh'] });
  });

  it('takes the exec of any other image as its entrypoint', () => {
    assert.deepEqual(dockerExec(appcImage({ exec: ['/a', 'b'] }).manifest), {
      entrypoint: ['/a', 'b'],
      command: [],
    });
    const { app, ...library } = appcImage().manifest;
    assert.ok(app);
    assert.deepEqual(dockerExec(library), { entrypoint: [], command: [] });
  });

  it('does not take what is no list of texts', () => {
    for (const value of ['', '{', '"x"', '[1]', 'null']) {
      const annotations = [{ name: 'appc.io/docker/entrypoint', value }];
      const { entrypoint } = dockerExec({ ...appcImage().manifest, annotations });
      assert.deepEqual(entrypoint, ['/bin/web'], value);
    }
  });
});

describe('isFromDocker', () => {
  it('goes by the annotation that rkt goes by', () => {
    assert.equal(isFromDocker(dockerImage().manifest), true);
    assert.equal(isFromDocker(appcImage().manifest), false);
  });
});
