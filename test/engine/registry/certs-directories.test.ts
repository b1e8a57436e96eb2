import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { certsDirectories } from '../../../server/src/engine/registry/certs-directories.ts';

describe('the directories of certificates', () => {
  it("are those of containers' tools, then Docker's", () => {
    assert.deepEqual(certsDirectories('linux', { HOME: '/home/me' }), [
      '/home/me/.config/containers/certs.d',
      '/etc/containers/certs.d',
      '/home/me/.docker/certs.d',
      '/home/me/.config/docker/certs.d',
      '/etc/docker/certs.d',
    ]);
  });

  it("are the machine's without a home", () => {
    const system = ['/etc/containers/certs.d', '/etc/docker/certs.d'];
    assert.deepEqual(certsDirectories('linux', {}), system);
    assert.deepEqual(certsDirectories('darwin', { HOME: 'relative' }), system);
  });

  it('are elsewhere on Windows', () => {
    const env = { USERPROFILE: 'C:\\Users\\me', PROGRAMDATA: 'C:\\ProgramData' };
    assert.deepEqual(certsDirectories('win32', env), [
      'C:\\Users\\me\\.config\\containers\\certs.d',
      'C:\\Users\\me\\.docker\\certs.d',
      'C:\\Users\\me\\.config\\docker\\certs.d',
      'C:\\ProgramData\\docker\\certs.d',
    ]);
  });
});
