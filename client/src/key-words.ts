import type { KeyFound } from '../../server/src/protocol.ts';

/** Which images a key is trusted for, as it reads after "for". */
export function scopeWords(prefix: string): string {
  return `${prefix} and ${prefix}/…`;
}

/** A key as people compare it with what its owner published, one fact a line. */
export function keyDetail(key: KeyFound): string {
  const { fingerprint, subkeys, identities, algorithm, created, expires, origin } = key;
  const lifetime = expires === null ? 'never expires' : `expires ${day(expires)}`;
  return [
    `Fingerprint: ${groups(fingerprint)}`,
    ...subkeys.map((subkey) => `Subkey: ${groups(subkey)}`),
    ...(identities.length === 0 ? ['none'] : identities).map((identity) => `Identity: ${identity}`),
    `Made: ${algorithm}, created ${day(created)}, ${lifetime}`,
    `From: ${origin}`,
    '',
    'Anybody can write any identity into a key. Compare the fingerprint with one that you got from its owner in another way.',
  ].join('\n');
}

/** Fours, as gpg prints them and people read them to each other. */
function groups(fingerprint: string): string {
  return fingerprint.toUpperCase().replace(/(?<=.)(?=(?:.{4})+$)/g, ' ');
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
