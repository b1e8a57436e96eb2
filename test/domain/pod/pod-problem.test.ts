import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { problemSentence } from '../../../server/src/domain/pod/pod-problem.ts';

describe('problemSentence', () => {
  const problem = { message: 'The app "web" has no image.' };

  it('is the problem, when it is the only one', () => {
    assert.equal(problemSentence([problem]), 'The app "web" has no image.');
  });

  it('counts the others', () => {
    assert.equal(
      problemSentence([problem, problem]),
      'The app "web" has no image; there is one more problem.',
    );
    assert.match(problemSentence([problem, problem, problem]), /; there are 2 more problems\.$/);
  });
});
