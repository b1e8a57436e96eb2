import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { appcImage } from '../images.ts';
import { assertMapped, assertRefused, podText } from './mapped.ts';

describe('resources', () => {
  it('become isolators, and what is only limited is requested up to its limit', () => {
    const text = podText('resources: { limits: { memory: 64Mi, cpu: 1.5 }, requests: { cpu: 500m } }');
    assert.deepEqual(assertMapped(text).app.isolators, [
      { name: 'resource/cpu', value: { request: '500m', limit: '1.5' } },
      { name: 'resource/memory', value: { request: '64Mi', limit: '64Mi' } },
    ]);
    assert.deepEqual(assertMapped(podText('resources: { requests: { memory: 1e9 } }')).app.isolators, [
      { name: 'resource/memory', value: { request: '1e9' } },
    ]);
    assert.equal(assertMapped(podText('resources: { limits: }')).app.isolators, undefined);
  });

  it('stand in the place of the image’s', () => {
    const kept = { name: 'os/linux/no-new-privileges', value: true };
    const image = appcImage({ isolators: [{ name: 'resource/cpu', value: { limit: '9' } }, kept] });
    assert.deepEqual(assertMapped(podText('resources: { limits: { cpu: 1 } }'), [], image).app.isolators, [
      kept,
      { name: 'resource/cpu', value: { request: '1', limit: '1' } },
    ]);
  });

  it('list what appc has no isolator for', () => {
    assertMapped(
      podText('resources: { limits: { «no|nvidia.com/gpu»: 1, cpu: 1 }, «no|claims»: [{ name: x }] }'),
      [/limits\["nvidia\.com\/gpu"\]: .*cpu and memory/, /resources\.claims:/],
    );
  });

  it('must be quantities', () => {
    assertRefused(
      podText('resources: { limits: { cpu: «bad|1 core» } }'),
      /limits\.cpu must be a quantity.*"1 core"/,
    );
    assertRefused(podText('resources: { limits: { cpu: «bad|-1» } }'), /0 or more/);
  });
});
