/** Keys and signatures for tests, made by openpgp at fixed times. */
import { config, createMessage, generateKey, readSignature, sign } from 'openpgp';
import type { Config, KeyOptions, PrivateKey, PublicKey, SignaturePacket } from 'openpgp';
import { inspectKeys } from '../../../server/src/engine/trust/inspect-keys.ts';
import type { InspectedKey } from '../../../server/src/engine/trust/inspect-keys.ts';
import { NOW } from '../store/fixture.ts';

export const DAY = 24 * 60 * 60_000;

export interface KeyPair {
  readonly privateKey: PrivateKey;
  readonly publicKey: PublicKey;
  readonly fingerprint: string;
}

/** An Ed25519 key that is ten days old at NOW, unless the options say otherwise. */
export async function makeKey(name: string, options: Partial<KeyOptions> = {}): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name, email: `${name.toLowerCase()}@example.com` }],
    date: new Date(NOW - 10 * DAY),
    format: 'object',
    ...options,
  } as KeyOptions & { format: 'object' });
  return { privateKey, publicKey, fingerprint: publicKey.getFingerprint() };
}

export async function inspected(key: KeyPair): Promise<InspectedKey> {
  const [only] = await inspectKeys(key.publicKey.write(), 'a test', NOW);
  if (only === undefined) throw new Error('no key');
  return only;
}

interface SignOptions {
  /** Default: a day before NOW. */
  readonly date?: number;
  readonly format?: 'armored' | 'binary';
  readonly config?: Partial<Config>;
}

/** A detached signature over bytes, by all of these keys. */
export async function signDetached(
  content: Uint8Array,
  keys: readonly Pick<KeyPair, 'privateKey'>[],
  { date = NOW - DAY, format = 'binary', config: changes = {} }: SignOptions = {},
): Promise<Uint8Array> {
  const signature = await sign({
    message: await createMessage({ binary: content }),
    signingKeys: keys.map(({ privateKey }) => privateKey),
    detached: true,
    date: new Date(date),
    format: 'object',
    config: changes,
  });
  return format === 'binary' ? (signature.write() as Uint8Array) : Buffer.from(signature.armor());
}

/** A signature that openpgp would not make by itself: `change` decides what it says before it is made. */
export async function signOddly(
  content: Uint8Array,
  { privateKey }: KeyPair,
  change: (packet: SignaturePacket) => void,
): Promise<Uint8Array> {
  // Without the random notation that openpgp adds, because it would not add it a second time.
  const plain = { ...config, nonDeterministicSignaturesViaNotation: false };
  const first = await signDetached(Buffer.of(), [{ privateKey }], { config: plain });
  const { packets } = await readSignature({ binarySignature: first });
  const [packet] = packets;
  if (packet === undefined) throw new Error('no signature was made');
  change(packet);
  const document = { text: null, getBytes: () => content };
  // Its types know neither documents nor the configuration.
  const signAgain = packet.sign.bind(packet) as (...args: unknown[]) => Promise<void>;
  await signAgain(privateKey.keyPacket, document, packet.created, true, plain);
  return packets.write();
}
