/**
 * Whether OpenPGP data is text (RFC 9580, 6). Every binary packet begins with a byte whose highest bit is set (RFC 9580, 4.2),
 * and armor is ASCII.
 */
export function isArmored(bytes: Uint8Array): boolean {
  return (bytes[0] ?? 0) < 0x80;
}

/** Armor as a text; bytes that are none are kept apart from any that are. */
export function armorText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
