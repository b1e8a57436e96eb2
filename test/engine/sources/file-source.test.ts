import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { buildAci } from '../../helpers/aci.ts';
import { openEngineFixture } from '../engine-fixture.ts';

const [old, changed] = [buildAci({ content: 'old' }), buildAci({ content: 'changed' })];

// What comes of a file in each mode is in conformance/file.test.ts.
describe('FileSource', () => {
  it('verifies the bytes that it imports, even when the file is changed in between', async () => {
    let path = '';
    const verified: Buffer[] = [];
    const verifier = {
      verify: async ({ file }: { file: string }) => {
        await writeFile(path, changed.gzip);
        verified.push(await readFile(file));
        return [{ fingerprint: 'F'.repeat(40), identity: 'Somebody' }];
      },
    };
    await using t = await openEngineFixture({ insecureImage: false, verifier });
    path = join(t.directory, 'app.aci');
    await writeFile(path, old.gzip);
    await writeFile(`${path}.asc`, 'signature');
    const { imageId } = await t.get('./app.aci', 'default');
    assert.equal(imageId, old.imageId);
    assert.deepEqual(verified, [old.gzip]);
    assert.deepEqual(await readdir(join(t.store.root, 'partial')), []);
  });
});
