import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readPolicy } from '../../../server/src/domain/policy/read-policy.ts';
import { checkArchivePolicy } from '../../../server/src/engine/exchange/import-policy.ts';
import type { ArchiveOrigin } from '../../../server/src/engine/exchange/import-policy.ts';
import { withDirectory } from '../store/fixture.ts';

const ACCEPT = [{ type: 'insecureAcceptAnything' }];
const REJECT = [{ type: 'reject' }];
const SIGNED = [{ type: 'signedBy', keyType: 'GPGKeys', keyPath: '/key' }];

/** Judges a file in a directory, and tells why it is refused; '' when it is not. */
async function verdict(
  transport: ArchiveOrigin['transport'],
  policyFor: (path: string) => object | null,
): Promise<string> {
  let why = '';
  await withDirectory(async (directory) => {
    const path = join(await fs.realpath(directory), 'image');
    await fs.writeFile(path, '');
    const written = policyFor(path);
    const { policy } = written === null ? { policy: null } : readPolicy(JSON.stringify(written));
    assert.ok(policy !== undefined);
    const file = { read: () => Promise.resolve(policy && { path: '/policy.json', policy }) };
    await checkArchivePolicy({ fs }, file, { transport, path }).catch((error: unknown) => {
      assert.ok(error instanceof Error && 'code' in error && error.code === 'E_POLICY');
      why = error.message;
    });
  });
  return why;
}

describe('the image policy for archives', () => {
  it('accepts where there is none', async () => {
    assert.equal(await verdict('oci', () => null), '');
  });

  it("is the policy's default where it says nothing about the transport", async () => {
    assert.equal(await verdict('docker-archive', () => ({ default: ACCEPT })), '');
    const policy = { default: REJECT, transports: { docker: { '': ACCEPT } } };
    assert.match(await verdict('docker-archive', () => policy), /whose default decides, does not accept it/);
  });

  for (const transport of ['docker-archive', 'oci-archive', 'oci'] as const) {
    it(`is the default for ${transport} where there is one`, async () => {
      const policy = { default: REJECT, transports: { [transport]: { '': ACCEPT } } };
      assert.equal(await verdict(transport, () => policy), '');
    });
  }

  it('is that of the nearest directory', async () => {
    const policyFor = (path: string, own: object[]) => ({
      default: ACCEPT,
      transports: { 'oci-archive': { [path]: own, [join(path, '..')]: REJECT, '': ACCEPT } },
    });
    assert.equal(await verdict('oci-archive', (path) => policyFor(path, ACCEPT)), '');
    assert.match(
      await verdict('oci-archive', (path) => policyFor(path, REJECT)),
      /whose scope "[^"]*\/image" of/,
    );
    const above = (path: string) => ({
      default: ACCEPT,
      transports: { oci: { [join(path, '..')]: REJECT, '': ACCEPT } },
    });
    assert.match(await verdict('oci', above), /of the transport "oci" decides/);
    assert.equal(await verdict('oci-archive', above), '', 'another transport');
  });

  it('refuses what has to be signed', async () => {
    const why = await verdict('docker-archive', () => ({ default: SIGNED }));
    assert.match(why, /asks for a signature by a key of "\/key" .*, and archives hold no signatures; use/);
  });
});
