/** Images with signatures of every kind. All that has the same content has the same digest. */
import { readFile } from 'node:fs/promises';
import type { PolicyDesk } from './policy-desk.ts';

const LONG_AGO = '20250101T000000';
const SOON_AFTER = '20250101T060000';

/** The keys of the suite by name: fingerprints. */
export type Keys = Awaited<ReturnType<typeof makeKeys>>;

export async function makeKeys({ gpg }: PolicyDesk) {
  const keys = {
    alice: await gpg.key('alice', 'rsa3072'),
    bob: await gpg.key('bob', 'ed25519'),
    expired: await gpg.key('expired', 'ed25519', { expires: '1d', date: LONG_AGO }),
    revoked: await gpg.key('revoked', 'ed25519'),
    subkey: await gpg.key('subkey', 'rsa2048'),
    brief: await gpg.key('brief', 'ed25519', { date: LONG_AGO }),
    small: await gpg.key('small', 'rsa1024'),
    dsa: await gpg.key('dsa', 'dsa2048'),
    brainpool: await gpg.key('brainpool', 'brainpoolP256r1'),
  };
  await gpg.addSubkey(keys.subkey, 'ed25519');
  return keys;
}

/** What `skopeo --sign-by` would have a signature say, in parts that can be changed. */
export function payload(
  reference: string,
  digest: string,
  changes: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    critical: {
      identity: { 'docker-reference': reference },
      image: { 'docker-manifest-digest': digest },
      type: 'atomic container signature',
      ...changes,
    },
    optional: { creator: 'atomic 5.23.1', timestamp: 1_700_000_000 },
  });
}

interface Odd {
  readonly desk: PolicyDesk;
  readonly keys: Keys;
  /** What a right signature would say. */
  readonly right: string;
  /** One by skopeo for the image `alice:1`, of the same content. */
  readonly alice: Buffer;
}

/** Signatures of images `NAME:1` that no `skopeo --sign-by` makes, the first the file `signature-1`. */
const ODD: Readonly<Record<string, (odd: Odd) => Promise<readonly (Uint8Array | null)[]>>> = {
  copied: ({ alice }) => Promise.resolve([alice]),
  garbage: ({ alice }) => Promise.resolve([Buffer.from('<html>Not found</html>'), alice]),
  empty: () => Promise.resolve([Buffer.of()]),
  sigstore: () => {
    const signature = {
      mimeType: 'application/vnd.dev.cosign.simplesigning.v1+json',
      payload: '',
      annotations: {},
    };
    return Promise.resolve([Buffer.from(`\0sigstore-json\n${JSON.stringify(signature)}`)]);
  },
  'unknown-format': ({ alice }) => Promise.resolve([Buffer.concat([Buffer.from('\0other\n'), alice])]),
  framed: async ({ desk, keys, right }) => [
    Buffer.concat([Buffer.from('\0simple-signing\n'), await desk.sign(right, [keys.alice])]),
  ],
  armored: async ({ desk, keys, right }) => [await desk.sign(right, [keys.alice], { options: ['--armor'] })],
  tampered: async ({ desk, keys, right }) => [tamper(await desk.sign(right, [keys.alice], PLAIN))],
  'bad-then-good': async ({ desk, keys, right }) => [
    await desk.sign(right, [keys.bob]),
    tamper(await desk.sign(right, [keys.alice], PLAIN)),
    await desk.sign(right, [keys.alice]),
  ],
  gap: async ({ desk, keys, right }) => [null, await desk.sign(right, [keys.alice])],
  'two-in-one': async ({ desk, keys, right }) => [await desk.sign(right, [keys.alice, keys.bob])],
  expired: async ({ desk, keys, right }) => [await desk.sign(right, [keys.expired], { date: SOON_AFTER })],
  revoked: async ({ desk, keys, right }) => [await desk.sign(right, [keys.revoked])],
  brief: async ({ desk, keys, right }) => [
    await desk.sign(right, [keys.brief], { date: SOON_AFTER, options: ['--default-sig-expire', '1d'] }),
  ],
  future: async ({ desk, keys, right }) => [await desk.sign(right, [keys.bob], { date: '20900101T000000' })],
  subkey: async ({ desk, keys, right }) => [await desk.sign(right, [keys.subkey])],
  sha1: async ({ desk, keys, right }) => [
    await desk.sign(right, [keys.alice], { options: ['--digest-algo', 'SHA1'] }),
  ],
  text: async ({ desk, keys, right }) => [await desk.sign(right, [keys.alice], { options: ['--textmode'] })],
  small: async ({ desk, keys, right }) => [await desk.sign(right, [keys.small])],
  dsa: async ({ desk, keys, right }) => [await desk.sign(right, [keys.dsa])],
  brainpool: async ({ desk, keys, right }) => [await desk.sign(right, [keys.brainpool])],
  uncompressed: async ({ desk, keys, right }) => [await desk.sign(right, [keys.alice], PLAIN)],
  'other-type': says((right) => right.replace('atomic container', 'other container')),
  'unknown-key': says((right) => right.replace('"critical":{', '"critical":{"more":1,')),
  'duplicate-key': says((right) =>
    right.replace('"critical":{', '"critical":{"type":"atomic container signature",'),
  ),
  'no-optional': says((right) => right.replace(/,"optional".*/, '}')),
  'more-optional': says((right) => right.replace('"optional":{', '"optional":{"x":[{"x":1,"x":2}],')),
  'odd-timestamp': says((right) => right.replace('1700000000', '1700000000.5')),
  'float-timestamp': says((right) => right.replace('1700000000', '1.7e9')),
  'no-creator': says((right) => right.replace('"atomic 5.23.1"', '7')),
  spaced: says((right) => `\n ${right.replaceAll(',', ' ,\n')} \n`),
  trailing: says((right) => `${right} true`),
  'not-utf8': async ({ desk, keys }) => [await desk.sign('\u{fffd}', [keys.alice])],
};

/** Without compression, so that a changed byte is one of the content. */
const PLAIN = { options: ['--compress-algo', 'none'] };

function says(change: (right: string) => string): (odd: Odd) => Promise<readonly Uint8Array[]> {
  return async ({ desk, keys, right }) => [await desk.sign(change(right), [keys.alice])];
}

/** Another digit in the digest that is signed. */
function tamper(message: Buffer): Buffer {
  const at = message.indexOf('sha256:') + 'sha256:'.length;
  const changed = Buffer.from(message);
  changed[at] = changed[at] === 0x30 ? 0x31 : 0x30;
  return changed;
}

/** Pushes and signs them all. @returns digests: of the content of most, of another, and of an index */
export async function makeImages(desk: PolicyDesk, keys: Keys): Promise<Digests> {
  const { registry } = desk;
  const by = (key: string): string[] => ['--sign-by', key];
  const content = await desk.push('alice:1', 'one', ...by(keys.alice));
  await desk.push('alice:2', 'one');
  await desk.push('alice:latest', 'three', ...by(keys.alice));
  await desk.push('bob:1', 'one', ...by(keys.bob));
  await desk.push('none:1', 'one');
  await desk.push('both:1', 'one', ...by(keys.bob));
  await desk.copy(`docker://${registry}/both:1`, `docker://${registry}/both:1`, ...by(keys.alice));
  await desk.push('ns/deep/app:1', 'one', ...by(keys.alice));
  const other = await desk.push('other:1', 'two');
  const wrongDigest = await desk.sign(payload(`${registry}/other:1`, content), [keys.alice]);
  await desk.put(desk.signaturePath('other', other), wrongDigest);

  const alice = await readFile(desk.signaturePath('alice', content));
  for (const [name, make] of Object.entries(ODD)) {
    await desk.push(`${name}:1`, 'one');
    const right = payload(`${registry}/${name}:1`, content);
    const files = await make({ desk, keys, right, alice });
    for (const [index, bytes] of files.entries()) {
      if (bytes !== null) await desk.put(desk.signaturePath(name, content, index + 1), bytes);
    }
  }
  // After it has signed.
  await desk.gpg.revoke(keys.revoked);

  await desk.push('multi:amd64', 'one');
  await desk.pushIndex('multi:1', 'multi:amd64');
  await desk.put(
    desk.signaturePath('multi', content),
    await desk.sign(payload(`${registry}/multi:1`, content), [keys.alice]),
  );
  await desk.push('list:amd64', 'one');
  const index = await desk.pushIndex('list:1', 'list:amd64');
  await desk.put(
    desk.signaturePath('list', index),
    await desk.sign(payload(`${registry}/list:1`, index), [keys.alice]),
  );
  return { content, other };
}

export interface Digests {
  /** Of the manifest of most images. */
  readonly content: string;
  readonly other: string;
}
