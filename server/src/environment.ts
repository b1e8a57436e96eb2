import type { Host } from './engine/host.ts';

/** What the language server takes from its process. */
export interface Environment {
  /** Milliseconds since the epoch. */
  now(): number;
  readonly env: Host['env'];
  /** `process.platform` and `process.arch`. */
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** URL of the directory of the documentation, without a slash at its end. */
  readonly docsBase: string;
  /** The script of the engine's thread. */
  readonly engineScript: URL;
}
