/** "Simple signing" signatures for tests. */
import { createMessage, enums, sign } from 'openpgp';
import type { Config } from 'openpgp';
import type { KeyPair } from '../trust/keys.ts';
import { DAY } from '../trust/keys.ts';
import { NOW } from '../store/fixture.ts';

/** What a signature says, with whatever is to be odd about it. */
export function payload(
  dockerReference: string,
  manifestDigest: string,
  critical: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    critical: {
      type: 'atomic container signature',
      image: { 'docker-manifest-digest': manifestDigest },
      identity: { 'docker-reference': dockerReference },
      ...critical,
    },
    optional: { creator: 'test', timestamp: 1_700_000_000 },
  });
}

interface SignOptions {
  /** Default: a day before NOW. */
  readonly date?: number;
  readonly config?: Partial<Config>;
}

/** A message with this content, signed by all of these keys. */
export async function signMessage(
  content: string | Uint8Array,
  keys: readonly Pick<KeyPair, 'privateKey'>[],
  { date = NOW - DAY, config = {} }: SignOptions = {},
): Promise<Buffer> {
  const signed: unknown = await sign({
    message: await createMessage({ binary: Buffer.from(content) }),
    signingKeys: keys.map(({ privateKey }) => privateKey),
    date: new Date(date),
    format: 'binary',
    config: { preferredCompressionAlgorithm: enums.compression.uncompressed, ...config },
  });
  return Buffer.from(signed as Uint8Array);
}
