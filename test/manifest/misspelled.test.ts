import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { meantKey } from '../../server/src/manifest/misspelled.ts';

const KEYS = ['image', 'imagePullPolicy'];

describe('meantKey', () => {
  const misspelled = {
    image: ['Image', 'IMAGE', 'im_age'],
    imagePullPolicy: [
      'imagepullpolicy',
      'ImagePullPolicy',
      'imagePullpolicy',
      'image_pull_policy',
      'image-pull-policy',
      'image pull policy',
      'imagePulPolicy',
      'imagesPullPolicy',
      'imagePullPolcy',
      'imagePullPloicy',
    ],
  };
  for (const [meant, keys] of Object.entries(misspelled)) {
    for (const key of keys) it(`${key} means ${meant}`, () => assert.equal(meantKey(key, KEYS), meant));
  }

  const innocent = [
    'image',
    'imagePullPolicy',
    'images',
    'name',
    'args',
    'imagePullSecrets',
    'restartPolicy',
    'pullPolicy',
  ];
  innocent.push('terminationMessagePolicy', 'stage', '', 'x'.repeat(10_000));
  for (const key of innocent) {
    it(`${key.slice(0, 30)} means nothing else`, () => assert.equal(meantKey(key, KEYS), undefined));
  }
});
