import type { Scope } from '../engine/trust/key-files.ts';
import type { InspectedKey } from '../engine/trust/inspect-keys.ts';
import { printable } from '../domain/quote.ts';
import { scopeWords } from './trust-scope.ts';

/** A key as people compare it with what its owner published. */
export function keyWords(key: InspectedKey, origin: string): string {
  const { fingerprint, subkeys, identities, algorithm, created, expires, problem } = key;
  const lifetime = expires === null ? 'never expires' : `expires ${day(expires)}`;
  const rows = [
    ['key', groups(fingerprint)],
    ...subkeys.map((subkey) => ['subkey', groups(subkey)] as const),
    ...(identities.length === 0 ? ['(no identity)'] : identities).map(
      (identity) => ['of', identity] as const,
    ),
    ['made', `${algorithm}, created ${day(created)}, ${lifetime}`],
    ['from', origin],
    ...(problem === null ? [] : [['problem', problem] as const]),
  ] as const;
  return rows.map(([label, value]) => `${label.padEnd(8)} ${printable(value)}`).join('\n');
}

export function trustQuestion(scope: Scope): string {
  return `Trust this key for ${scopeWords(scope)}? Compare the fingerprint with what its owner has published. [y/N] `;
}

/** The answer that was given; only a clear yes is one. */
export function isYes(answer: string): boolean {
  return /^\s*y(?:es)?\s*$/i.test(answer);
}

/** Fours, as gpg prints them and people read them to each other. */
function groups(fingerprint: string): string {
  return fingerprint.toUpperCase().replace(/(?<=.)(?=(?:.{4})+$)/g, ' ');
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
