import type { ManifestImage, Span } from '../../manifest/manifest.ts';
import type { RuleCode } from '../../settings/settings.ts';
import type { ImageStatus } from '../image-status.ts';
import type { Platform } from '../image.ts';

/** What a rule found, and where. */
export interface Finding {
  readonly rule: RuleCode;
  readonly span: Span;
  /** One sentence for the user, with the age and the source of what it claims. */
  readonly message: string;
  /** What to write at the span instead, when there is no doubt. */
  readonly replacement?: string;
}

/** Everything a rule may look at. */
export interface RuleInput {
  readonly source: ManifestImage;
  readonly status: ImageStatus;
  readonly platform: Platform;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A rule judges one image; it knows neither other images nor its own severity. */
export type Rule = (input: RuleInput) => readonly Finding[];
