/**
 * The pull modes of the RFC's last table: *store* (`--no-fetch`), *remote* (`--force-fetch`), and the default, the store
 * and then, if it has nothing, the remote (behaviour.md §2).
 */
export type PullMode = 'store' | 'remote' | 'default';

/** rkt's later names, accepted by `--pull-policy`. */
export const PULL_POLICY_SYNONYMS = {
  never: 'store',
  update: 'remote',
  new: 'default',
} as const satisfies Record<string, PullMode>;

/** What a person calls a mode, in a hover or a plan. */
export const MODE_FLAG: Readonly<Record<PullMode, string>> = {
  store: '--no-fetch',
  remote: '--force-fetch',
  default: 'default',
};
