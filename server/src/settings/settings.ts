/**
 * The one table of settings: package.json's `contributes.configuration` and docs/settings.md are generated from it
 * (`npm run generate`), and a test holds them against it.
 */

/** Whether and when the status of an image is written beside it. */
export const INLINE_STATUS = ['always', 'problems', 'off'] as const;
export type InlineStatus = (typeof INLINE_STATUS)[number];

export const SEVERITIES = ['error', 'warning', 'information', 'hint', 'off'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Every rule with the severity it has unless a setting says otherwise. Each has a page `docs/rules/CODE.md`. */
export const RULES = {
  'invalid-reference': 'error',
  'unknown-pull-policy': 'error',
  'misspelled-key': 'warning',
  'never-but-missing': 'warning',
  'stale-image': 'information',
  'moved-tag': 'information',
} as const satisfies Record<string, Severity>;
export type RuleCode = keyof typeof RULES;

/** Settings as the server uses them: every value present and valid. */
export interface Settings {
  readonly inlineStatus: InlineStatus;
  readonly codeLens: boolean;
  /** `os/arch[/variant]`; empty for linux on this machine's architecture. */
  readonly platform: string;
  /** Directory of the store; empty for the platform's data directory. */
  readonly storePath: string;
  /** Blobs downloaded at once. */
  readonly maxDownloads: number;
  readonly severity: Readonly<Record<RuleCode, Severity>>;
}
