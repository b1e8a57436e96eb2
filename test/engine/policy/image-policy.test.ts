import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { Signer } from '../../../server/src/domain/record.ts';
import { parseReference } from '../../../server/src/domain/reference.ts';
import { HttpClient } from '../../../server/src/engine/http/http-client.ts';
import { ImagePolicy } from '../../../server/src/engine/policy/image-policy.ts';
import { sha256, testHost, withDirectory } from '../store/fixture.ts';
import { makeKey } from '../trust/keys.ts';
import type { KeyPair } from '../trust/keys.ts';
import { payload, signMessage } from './signing.ts';

const MANIFEST = Buffer.from('{"schemaVersion":2}');
const DIGEST = sha256(MANIFEST);
const ACCEPT = [{ type: 'insecureAcceptAnything' }];
const REJECT = [{ type: 'reject' }];

interface Desk {
  readonly home: string;
  readonly policy: ImagePolicy;
  /** Checks an image with this name. */
  readonly check: (name: string) => Promise<readonly Signer[]>;
  readonly write: (policy: unknown) => Promise<void>;
  /** Puts signatures beside a repository. */
  readonly sign: (repository: string, ...signatures: readonly Uint8Array[]) => Promise<void>;
  /** A requirement of a signature by this key. */
  readonly by: (key: KeyPair, identity?: object) => Promise<object>;
}

async function withDesk(body: (desk: Desk) => Promise<void>): Promise<void> {
  await withDirectory(async (home) => {
    const put = async (path: string, bytes: string | Uint8Array): Promise<string> => {
      await fs.mkdir(dirname(path), { recursive: true });
      await fs.writeFile(path, bytes);
      return path;
    };
    const host = testHost({ env: { HOME: home } });
    const policy = new ImagePolicy(host, new HttpClient(host), { path: '', isRoot: false });
    await body({
      home,
      policy,
      check: (name) =>
        policy.check({ reference: parseReference(name), manifest: MANIFEST }, new AbortController().signal),
      write: async (written) => {
        await put(join(home, '.config/containers/policy.json'), JSON.stringify(written));
      },
      sign: async (repository, ...signatures) => {
        for (const [index, bytes] of signatures.entries()) {
          const directory = join(
            home,
            '.local/share/containers/sigstore',
            `${repository}@${DIGEST.replace(':', '=')}`,
          );
          await put(join(directory, `signature-${index + 1}`), bytes);
        }
      },
      by: async ({ publicKey, fingerprint }, signedIdentity) => ({
        type: 'signedBy',
        keyType: 'GPGKeys',
        keyPath: await put(join(home, `${fingerprint}.key`), publicKey.armor()),
        ...(signedIdentity && { signedIdentity }),
      }),
    });
  });
}

describe('ImagePolicy', () => {
  let alice: KeyPair;
  let bob: KeyPair;
  before(async () => {
    [alice, bob] = await Promise.all([makeKey('Alice'), makeKey('Bob')]);
  });
  const signature = (name: string, key: KeyPair, digest = DIGEST): Promise<Buffer> =>
    signMessage(payload(name, digest), [key]);
  const signer = ({ fingerprint }: KeyPair, name: string): Signer => ({
    fingerprint,
    identity: `${name} <${name.toLowerCase()}@example.com>`,
  });

  it('accepts or rejects without a look at any signature', () =>
    withDesk(async ({ check, write, home }) => {
      await write({ default: ACCEPT });
      assert.deepEqual(await check('nginx'), []);
      await write({ default: REJECT, transports: { docker: { 'docker.io/library': ACCEPT } } });
      assert.deepEqual(await check('nginx'), []);
      await assert.rejects(check('a/b:1'), {
        code: 'E_POLICY',
        message: `"a/b:1" is rejected by the image policy "${home}/.config/containers/policy.json", whose default decides: it rejects all images; use another image, or ask whoever keeps the policy.`,
      });
      await write({
        default: ACCEPT,
        transports: { docker: { 'docker.io/a': [{ type: 'sigstoreSigned', keyData: 'AAAA' }] } },
      });
      await assert.rejects(check('a/b:1'), {
        code: 'E_POLICY',
        message:
          /whose scope "docker\.io\/a" of the transport "docker" decides: it asks for a sigstore signature, which Larder/,
      });
    }));

  it('says who has signed', () =>
    withDesk(async ({ check, write, sign, by }) => {
      await write({ default: [await by(alice)] });
      await sign('library/nginx', await signature('nginx:1', bob), await signature('nginx:1', alice));
      assert.deepEqual(await check('nginx:1'), [signer(alice, 'Alice')]);
    }));

  it('asks for everything that a list asks for', () =>
    withDesk(async ({ check, write, sign, by }) => {
      await write({ default: [await by(alice), ...ACCEPT, await by(bob), await by(alice)] });
      await sign('a/b', await signature('a/b:1', alice));
      await assert.rejects(check('a/b:1'), { code: 'E_SIGNATURE_UNTRUSTED' });
      await sign('a/b', await signature('a/b:1', bob), await signature('a/b:1', alice));
      assert.deepEqual(await check('a/b:1'), [signer(alice, 'Alice'), signer(bob, 'Bob')]);
    }));

  it('takes the tag that nobody wrote, and the digest alone where one is written', () =>
    withDesk(async ({ check, write, sign, by }) => {
      await write({ default: [await by(alice)] });
      await sign('a/b', await signature('a/b:latest', alice));
      assert.equal((await check('a/b')).length, 1);
      assert.equal((await check(`a/b@${DIGEST}`)).length, 1);
      assert.equal((await check(`a/b:other@${DIGEST}`)).length, 1);
      await assert.rejects(check('a/b:other'), { code: 'E_SIGNATURE_BAD' });
    }));

  it('says why no signature counts, the gravest reason first', () =>
    withDesk(async ({ check, write, sign, by }) => {
      const requirement = await by(alice);
      await write({ default: [requirement] });
      await assert.rejects(check('a/b:1'), {
        code: 'E_SIGNATURE_MISSING',
        message:
          /^"a\/b:1" is not accepted by the image policy ".*", whose default asks for a signature by a key of ".*\.key" for this reference.*: there is no signature at "file:\/\/.*sigstore"; ask its publisher/,
      });
      const other = sha256('other');
      const signatures = [
        await signature('a/b:1', bob),
        await signature('a/b:2', alice),
        await signature('a/b:1', alice, other),
        await signature('a/b:1', bob),
      ];
      await sign('a/b', ...signatures);
      const expected = `signature 2 is for the name "a/b:2"; signature 3 is for the digest "${other}", and this is ${DIGEST}; signature 1 is by the key ${bob.fingerprint}, which is not one of them; 1 more do not count either; ask its publisher`;
      await assert.rejects(check('a/b:1'), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'E_SIGNATURE_BAD');
        assert.ok(error.message.includes(expected), error.message);
        return true;
      });
    }));

  it('says which keys cannot be read', () =>
    withDesk(async ({ check, write, sign }) => {
      const requirement = { type: 'signedBy', keyType: 'GPGKeys' };
      await sign('a/b', await signature('a/b:1', alice));
      await write({ default: [{ ...requirement, keyPath: '/nowhere/key' }] });
      await assert.rejects(check('a/b:1'), { code: 'E_FILE', message: /"\/nowhere\/key" \(ENOENT\)/ });
      await write({ default: [{ ...requirement, keyData: 'AAAA' }] });
      await assert.rejects(check('a/b:1'), { code: 'E_KEY', message: /"keyData" of the image policy is no/ });
      const keyData = Buffer.from(alice.publicKey.armor()).toString('base64');
      await write({ default: [{ ...requirement, keyData }] });
      assert.equal((await check('a/b:1')).length, 1);
    }));

  it('accepts everything where there is no policy', async () => {
    const stat = (): Promise<never> => Promise.reject(Object.assign(new Error('no'), { code: 'ENOENT' }));
    const host = testHost({ fs: { ...fs, stat } as unknown as typeof fs, env: { HOME: '/nowhere' } });
    const policy = new ImagePolicy(host, new HttpClient(host), { path: '', isRoot: false });
    const reference = parseReference('nginx');
    assert.deepEqual(await policy.check({ reference, manifest: MANIFEST }, new AbortController().signal), []);
  });
});
