import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { invalidManifest } from '../../../server/src/domain/pod/invalid-manifest.ts';
import type { App } from '../../../server/src/domain/pod/pod-manifest.ts';
import { ID } from './images.ts';

function problemsOf(app: Partial<App>): readonly string[] {
  const whole = { exec: ['/bin/web'], user: '0', group: '0', ...app };
  const apps = [{ name: 'web', image: { id: ID }, app: whole }];
  return invalidManifest({ acVersion: '0.8.11', acKind: 'PodManifest', apps }).map(({ message }) => message);
}

describe('invalidManifest', () => {
  it('has nothing against what appc takes, against the words of the specification or not', () => {
    assert.deepEqual(problemsOf({ exec: ['web'], ports: [{ port: 80 }] }), []);
  });

  it('tells what appc refuses', () => {
    assert.match(
      problemsOf({ user: '' }).join(),
      /^The pod is not valid for appc: apps\[0\]\.app must have "user"/,
    );
  });

  it('takes templates for what they are, by the words that are written', () => {
    const variable = { name: '{{.X}}', value: '$(Y) ${Z} {{.A}}' };
    assert.match(
      problemsOf({ environment: [variable] }).join(),
      /environment\[0\]\.name must .*"\{\{\.X\}\}"\.$/,
    );
    assert.deepEqual(
      problemsOf({ environment: [{ ...variable, name: 'X' }], workingDirectory: '/${A}' }),
      [],
    );
  });
});
