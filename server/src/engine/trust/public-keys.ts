import type { Key, PublicKey } from 'openpgp';
import { LarderError } from '../../domain/errors.ts';
import { armorText, isArmored } from './armor.ts';

/** More than any key needs, even one that many have certified. Bytes. */
export const KEY_LIMIT = 1 << 20;

/**
 * Reads public keys, armored or binary.
 * @param origin where they are from, for messages: a path or a URL
 * @throws LarderError E_KEY when there is no key, or a secret one; E_TOO_LARGE
 */
export async function readPublicKeys(bytes: Uint8Array, origin: string): Promise<PublicKey[]> {
  if (bytes.length > KEY_LIMIT) {
    throw new LarderError(
      'E_TOO_LARGE',
      `${origin} has ${bytes.length} bytes, more than the ${KEY_LIMIT} that Larder reads of keys; export only the keys you mean to trust.`,
    );
  }
  const keys = await parseKeys(bytes, origin);
  if (keys.some((key) => key.isPrivate())) {
    throw new LarderError(
      'E_KEY',
      `${origin} holds a secret key, which nobody but its owner should have; export the public key with: gpg --export --armor.`,
    );
  }
  return keys.map((key) => key.toPublic());
}

async function parseKeys(bytes: Uint8Array, origin: string): Promise<Key[]> {
  const { readKeys } = await import('openpgp');
  try {
    if (!isArmored(bytes)) return await readKeys({ binaryKeys: new Uint8Array(bytes) });
    const blocks = armorBlocks(armorText(bytes)).map((armoredKeys) => readKeys({ armoredKeys }));
    return (await Promise.all(blocks)).flat();
  } catch (error) {
    throw new LarderError(
      'E_KEY',
      `${origin} is no OpenPGP public key (${error instanceof Error ? error.message : String(error)}); export one with: gpg --export --armor.`,
      error,
    );
  }
}

/**
 * The blocks of armor in a text, of which openpgp reads but one. Distributions hand out files with one block for each of their keys,
 * and gpg reads them all.
 */
function armorBlocks(text: string): string[] {
  const [before = '', ...blocks] = text.split(/^(?=-----BEGIN PGP )/m);
  return before.startsWith('-----BEGIN') || blocks.length === 0 ? [before, ...blocks] : blocks;
}
