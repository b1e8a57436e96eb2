import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { misspelledKey } from '../../../server/src/domain/rules/misspelled-key.ts';
import { sourceOf } from '../../helpers/manifest-image.ts';
import { run } from './run.ts';

describe('misspelled-key', () => {
  it('names the key that was meant, at the key', () => {
    const misspelled = { written: 'imagepullpolicy', meant: 'imagePullPolicy' };
    assert.deepEqual(run(misspelledKey, sourceOf('nginx', { misspelled })), [
      {
        rule: 'misspelled-key',
        span: { start: 200, end: 215 },
        message:
          'Kubernetes has no key "imagepullpolicy" here, so its value has no effect; did you mean imagePullPolicy?',
        replacement: 'imagePullPolicy',
      },
    ]);
  });

  it('has nothing against an image whose keys are known', () => {
    assert.deepEqual(run(misspelledKey, sourceOf('nginx', { pullPolicy: 'Never' })), []);
  });
});
