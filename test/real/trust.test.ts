import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildAci } from '../helpers/aci.ts';
import { Gpg } from './gpg.ts';
import type { Verdict } from './gpg.ts';
import { larder, startLarder } from './larder.ts';

const NAME = 'example.com/app';
const LONG_AGO = '20250101T000000';
const SOON_AFTER = '20250101T060000';

/** One signature, and what both make of it. */
interface Case {
  readonly what: string;
  /** Makes the signature. */
  readonly sign: (desk: Desk) => Promise<void>;
  readonly gpg: readonly Verdict[];
  /** The code of the refusal; null when the image is accepted. */
  readonly larder: string | null;
}

interface Desk {
  readonly gpg: Gpg;
  readonly image: string;
  readonly signature: string;
  /** Puts a key where Larder looks for trusted ones, and returns its fingerprint. */
  readonly trust: (fingerprint: string) => Promise<string>;
}

/** By a new key of this algorithm, which is trusted. */
const by =
  (algorithm: string, options: readonly string[] = []): Case['sign'] =>
  async ({ gpg, image, signature, trust }) => {
    const key = await trust(await gpg.key(algorithm, algorithm));
    await gpg.sign(image, signature, [key], { options });
  };

const CASES: readonly Case[] = [
  { what: 'an RSA 4096 key', sign: by('rsa4096'), gpg: ['GOODSIG'], larder: null },
  { what: 'an ed25519 key', sign: by('ed25519'), gpg: ['GOODSIG'], larder: null },
  { what: 'a NIST key, armored', sign: by('nistp256', ['--armor']), gpg: ['GOODSIG'], larder: null },
  {
    what: 'a subkey',
    sign: async ({ gpg, image, signature, trust }) => {
      const key = await gpg.key('subkey', 'rsa2048');
      await gpg.addSubkey(key, 'ed25519');
      await gpg.sign(image, signature, [await trust(key)]);
    },
    gpg: ['GOODSIG'],
    larder: null,
  },
  {
    what: 'two keys, one of them trusted',
    sign: async ({ gpg, image, signature, trust }) => {
      const stranger = await gpg.key('stranger', 'ed25519');
      await gpg.sign(image, signature, [stranger, await trust(await gpg.key('friend', 'ed25519'))]);
    },
    gpg: ['GOODSIG', 'GOODSIG'],
    larder: null,
  },
  {
    what: 'another key than the trusted one',
    sign: async ({ gpg, image, signature, trust }) => {
      await trust(await gpg.key('owner', 'ed25519'));
      await gpg.sign(image, signature, [await gpg.key('another', 'ed25519')]);
    },
    gpg: ['GOODSIG'],
    larder: 'E_SIGNATURE_UNTRUSTED',
  },
  {
    what: 'a key, and the image tampered with',
    sign: async ({ gpg, image, signature, trust }) => {
      await gpg.sign(image, signature, [await trust(await gpg.key('tampered', 'rsa4096'))]);
      await writeFile(image, buildAci({ content: 'other content' }).gzip);
    },
    gpg: ['BADSIG'],
    larder: 'E_SIGNATURE_BAD',
  },
  {
    what: 'a key that has expired since',
    sign: async ({ gpg, image, signature, trust }) => {
      const key = await gpg.key('expired', 'ed25519', { expires: '1d', date: LONG_AGO });
      await gpg.sign(image, signature, [await trust(key)], { date: SOON_AFTER });
    },
    gpg: ['EXPKEYSIG'],
    larder: 'E_SIGNATURE_KEY_EXPIRED',
  },
  {
    what: 'a key that was revoked',
    sign: async ({ gpg, image, signature, trust }) => {
      const key = await gpg.key('revoked', 'rsa4096');
      await gpg.sign(image, signature, [key]);
      await gpg.revoke(key);
      await trust(key);
    },
    gpg: ['REVKEYSIG'],
    larder: 'E_SIGNATURE_REVOKED',
  },
  {
    what: 'a key, for a day that has passed',
    sign: async ({ gpg, image, signature, trust }) => {
      const key = await trust(await gpg.key('brief', 'ed25519', { date: LONG_AGO }));
      await gpg.sign(image, signature, [key], { date: SOON_AFTER, options: ['--default-sig-expire', '1d'] });
    },
    gpg: ['EXPSIG'],
    larder: 'E_SIGNATURE_EXPIRED',
  },
  {
    what: 'a key, in the future',
    sign: async ({ gpg, image, signature, trust }) => {
      const key = await trust(await gpg.key('early', 'ed25519'));
      await gpg.sign(image, signature, [key], { date: '20900101T000000' });
    },
    gpg: ['GOODSIG'],
    larder: 'E_SIGNATURE_BAD',
  },
  {
    what: 'a key, with SHA-1',
    sign: by('rsa3072', ['--digest-algo', 'SHA1']),
    gpg: ['GOODSIG'],
    larder: 'E_SIGNATURE_WEAK',
  },
  {
    what: 'a key, in text mode',
    sign: by('rsa2048', ['--textmode']),
    gpg: ['GOODSIG'],
    larder: 'E_SIGNATURE_WEAK',
  },
  { what: 'a DSA key', sign: by('dsa2048'), gpg: ['GOODSIG'], larder: 'E_SIGNATURE_WEAK' },
  { what: 'an RSA 1024 key', sign: by('rsa1024'), gpg: ['GOODSIG'], larder: 'E_SIGNATURE_WEAK' },
  {
    what: 'a brainpool key',
    sign: by('brainpoolP256r1'),
    gpg: ['GOODSIG'],
    larder: 'E_SIGNATURE_UNSUPPORTED',
  },
  { what: 'a secp256k1 key', sign: by('secp256k1'), gpg: ['GOODSIG'], larder: 'E_SIGNATURE_UNSUPPORTED' },
];

describe('signatures by gpg', () => {
  const cleanup = new AsyncDisposableStack();
  let root: string;
  let gpg: Gpg;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'larder-trust-'));
    cleanup.defer(() => rm(root, { recursive: true }));
    gpg = cleanup.adopt(await Gpg.open(root), (it) => it.close());
  });
  after(() => cleanup.disposeAsync());

  /** A directory of its own for an image, and for the keys that are trusted. */
  async function desk(name: string): Promise<Desk & { readonly store: string }> {
    const directory = join(root, name.replaceAll(/\W+/g, '-'));
    // larder, run below, inherits it.
    process.env['XDG_CONFIG_HOME'] = join(directory, 'config');
    const keys = join(directory, 'config/larder/trustedkeys/prefix.d', NAME);
    await mkdir(keys, { recursive: true });
    const image = join(directory, 'app.aci');
    await writeFile(image, buildAci({ name: NAME }).gzip);
    const trust = async (fingerprint: string): Promise<string> => {
      await writeFile(join(keys, fingerprint), await gpg.export(fingerprint));
      return fingerprint;
    };
    return { gpg, image, signature: `${image}.asc`, trust, store: join(directory, 'store') };
  }

  for (const { what, sign, ...expected } of CASES) {
    it(`by ${what}: gpg says ${expected.gpg.join(', ')}, larder ${expected.larder ?? 'accepts'}`, async () => {
      const { store, ...at } = await desk(what);
      await sign(at);
      assert.deepEqual(await gpg.verify(at.signature, at.image), expected.gpg);

      const { code, stderr } = await startLarder('fetch', '--dir', store, at.image).finished;
      assert.equal(/\[(E_\w+)\]/.exec(stderr)?.[1] ?? null, expected.larder, stderr);
      assert.equal(code, expected.larder === null ? 0 : 1);
      const images = JSON.parse(await larder('image', 'list', '--json', '--dir', store)) as {
        signers: { identity: string }[];
      }[];
      assert.equal(images.length, expected.larder === null ? 1 : 0, 'nothing unverified is in the store');
      for (const { signers } of images) {
        assert.deepEqual(
          signers.map(({ identity }) => /^\w+ <\w+@example\.com>$/.test(identity)),
          [true],
        );
      }
    });
  }

  it('without one: nothing enters the store, unless that is allowed', async () => {
    const { image, store } = await desk('none');
    const { code, stderr } = await startLarder('fetch', '--dir', store, image).finished;
    assert.equal(code, 1);
    assert.match(stderr, /\[E_SIGNATURE_MISSING\]/);
    assert.match(await larder('fetch', '--dir', store, '--insecure-options=image', image), /^sha512-/);
  });

  it('by a key that larder trust was given, and no longer after larder trust rm', async () => {
    const { image, signature, store } = await desk('command');
    const key = await gpg.key('command', 'ed25519');
    await gpg.sign(image, signature, [key]);
    const file = join(root, 'command.asc');
    await writeFile(file, await gpg.export(key));
    const untrusted = await startLarder('fetch', '--dir', store, image).finished;
    assert.match(untrusted.stderr, new RegExp(`the key ${key}, which is not trusted for "${NAME}"`));
    assert.equal(await larder('trust', '--prefix', 'example.com', '--yes', file), `${key}\n`);
    assert.match(await larder('fetch', '--dir', store, image), /^sha512-/);
    await larder('trust', 'rm', key);
    const again = await startLarder('fetch', '--dir', store, image).finished;
    assert.match(again.stderr, /\[E_SIGNATURE_UNTRUSTED\]/);
  });

  it('by no key that larder trust refuses: expired, revoked, weak, unsupported', async () => {
    await desk('refused');
    const revoked = await gpg.key('gone', 'ed25519');
    await gpg.revoke(revoked);
    const expired = await gpg.key('past', 'ed25519', { expires: '1d', date: LONG_AGO });
    const problems: [string, RegExp][] = [
      [revoked, /because its owner has revoked it/],
      [expired, /because it has expired/],
      [await gpg.key('short', 'rsa1024'), /because its algorithm is too weak/],
      [await gpg.key('old', 'dsa2048'), /because its algorithm is too weak/],
      [await gpg.key('curve', 'brainpoolP256r1'), /because it is of a kind that Larder does not support/],
    ];
    for (const [key, message] of problems) {
      const file = join(root, `${key}.asc`);
      await writeFile(file, await gpg.export(key));
      const { code, stdout, stderr } = await startLarder('trust', '--root', '--yes', file).finished;
      assert.deepEqual([code, stdout], [1, ''], await readFile(file, 'utf8'));
      assert.match(stderr, message);
      assert.match(stderr, /\[E_KEY\]/);
    }
  });
});
