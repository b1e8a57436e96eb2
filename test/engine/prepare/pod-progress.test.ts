import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PodProgress } from '../../../server/src/engine/prepare/pod-progress.ts';
import type { FetchProgress } from '../../../server/src/engine/progress.ts';

function watched(): { progress: PodProgress; last: () => FetchProgress | undefined } {
  const seen: FetchProgress[] = [];
  return { progress: new PodProgress((now) => void seen.push(now)), last: () => seen.at(-1) };
}

describe('the progress of a pod', () => {
  it('adds up its images, and says what matters most', () => {
    const { progress, last } = watched();
    progress.update('web', { phase: 'resolve', received: 0, total: null });
    assert.deepEqual(last(), { phase: 'resolve', received: 0, total: null });
    progress.update('web', { phase: 'download', received: 10, total: 100 });
    progress.update('db', { phase: 'resolve', received: 0, total: null });
    assert.deepEqual(last(), { phase: 'download', received: 10, total: 100 });
    progress.update('db', { phase: 'convert', received: 50, total: 50 });
    assert.deepEqual(last(), { phase: 'download', received: 60, total: 150 });
    progress.update('web', { phase: 'store', received: 100, total: 100 });
    assert.deepEqual(last(), { phase: 'convert', received: 150, total: 150 });
  });

  it('does not fall when an image is rendered, or begins anew', () => {
    const { progress, last } = watched();
    progress.update('web', { phase: 'download', received: 80, total: 100 });
    progress.update('web', { phase: 'render', received: 0, total: null });
    assert.deepEqual(last(), { phase: 'render', received: 80, total: 100 });
    progress.update('web', { phase: 'download', received: 20, total: 100 });
    assert.equal(last()?.received, 80);
  });

  it('does not speak of images that rest while another is rendered', () => {
    const { progress, last } = watched();
    progress.update('web', { phase: 'store', received: 10, total: 10 });
    progress.update('db', { phase: 'store', received: 5, total: 5 });
    progress.rest('web');
    progress.rest('db');
    progress.update('db', { phase: 'render', received: 0, total: 0 });
    assert.deepEqual(last(), { phase: 'render', received: 15, total: 15 });
  });

  it('knows no total while one image knows none', () => {
    const { progress, last } = watched();
    progress.update('web', { phase: 'download', received: 10, total: 100 });
    progress.update('db', { phase: 'download', received: 5, total: null });
    assert.deepEqual(last(), { phase: 'download', received: 15, total: null });
  });
});
