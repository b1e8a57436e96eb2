import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readAuthorities } from '../../server/src/jobs/authorities.ts';
import { withDirectory } from '../engine/store/fixture.ts';
import { CERTIFICATE } from '../helpers/loopback-tls.ts';

describe('the certificate authorities of the settings', () => {
  it('are read, each from its file', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'ca.pem');
      await writeFile(path, CERTIFICATE);
      assert.deepEqual(await readAuthorities([path]), [CERTIFICATE]);
      assert.deepEqual(await readAuthorities([]), []);
    }));

  it('are named where they are not what they should be', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'ca.pem');
      await assert.rejects(readAuthorities(['ca.pem']), {
        code: 'E_USAGE',
        message: /has ca\.pem, which is not/,
      });
      await assert.rejects(readAuthorities([path]), { code: 'E_FILE', message: /ca\.pem \(ENOENT\)/ });
      await writeFile(path, 'no certificate');
      await assert.rejects(readAuthorities([path]), { code: 'E_CONFIG', message: /ca\.pem/ });
    }));
});
