import { Option } from 'commander';
import type { Command } from 'commander';
import { LarderError } from '../domain/errors.ts';
import { checkPrefix } from '../engine/trust/key-files.ts';
import type { Scope } from '../engine/trust/key-files.ts';

/** Which images a key is meant for, as commander gives it. */
export interface ScopeOptions {
  readonly prefix?: string;
  readonly root?: true;
}

export function addScopeOptions(command: Command): Command {
  return command
    .addOption(new Option('--prefix <name>', 'images with this name, and those below it').conflicts('root'))
    .option('--root', 'all images');
}

/** The scope that was asked for; undefined when none was. */
export function scopeOf({ prefix, root }: ScopeOptions): Scope | undefined {
  return root ? null : prefix;
}

/** @throws LarderError E_USAGE when none was asked for, or one that no image is in */
export function requiredScope(options: ScopeOptions): Scope {
  const scope = scopeOf(options);
  if (typeof scope === 'string') checkPrefix(scope);
  if (scope !== undefined) return scope;
  throw new LarderError(
    'E_USAGE',
    'larder trust must know for which images: say --prefix example.com/app, or --root for all images.',
  );
}

/** Which images a key is trusted for, as it reads after "for". */
export function scopeWords(scope: Scope): string {
  return scope === null ? 'all images' : `${scope} and ${scope}/…`;
}
