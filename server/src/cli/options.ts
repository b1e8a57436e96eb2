import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { isAbsolute, resolve } from 'node:path';
import { LarderError } from '../domain/errors.ts';
import type { Platform } from '../domain/image.ts';
import { defaultPlatform, parsePlatform } from '../domain/platform.ts';
import { defaultStoreDir } from '../engine/store/default-dir.ts';
import type { Terminal } from './terminal.ts';

/** Options that several commands share, as commander gives them. */
export interface SharedOptions {
  readonly dir?: string;
  readonly platform?: Platform;
  readonly json?: true;
}

export function dirOption(): Option {
  return new Option('--dir <directory>', "the store (default: this user's, which the editor uses too)");
}

export function platformOption(): Option {
  return new Option('--platform <os/arch[/variant]>', 'the platform to choose images for').argParser(
    asArgument(parsePlatform),
  );
}

export function jsonOption(): Option {
  return new Option('--json', 'print one JSON document (docs/cli.md has its keys)');
}

/** Lets the options that several commands share stand before the command as well; what stands behind it counts more. */
export function acceptBeforeSubcommand(program: Command): void {
  for (const option of [dirOption(), platformOption(), jsonOption()]) program.addOption(option);
  program.hook('preAction', (_, command) => {
    for (const [name, value] of Object.entries(program.opts<SharedOptions>())) {
      if (!command.options.some((option) => option.attributeName() === name)) {
        command.error(`error: ${pathOf(command)} has no option --${name}`);
      }
      if (command.getOptionValue(name) === undefined) command.setOptionValue(name, value);
    }
  });
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** What `--insecure-options` allows. */
export interface Insecure {
  /** Certificates are not verified. */
  readonly tls: boolean;
  /** Registries, and discovery, on other machines may be asked over plain http. */
  readonly http: boolean;
  /** ACIs need no signatures. */
  readonly image: boolean;
  /** Keys may be got over plain http. */
  readonly pubkey: boolean;
}

export const SECURE: Insecure = { tls: false, http: false, image: false, pubkey: false };

const INSECURE: Readonly<Record<string, Partial<Insecure>>> = {
  none: SECURE,
  tls: { tls: true },
  http: { http: true },
  image: { image: true },
  pubkey: { pubkey: true },
  'all-fetch': { tls: true, http: true, image: true, pubkey: true },
};

export function insecureOption(): Option {
  const words = Object.keys(INSECURE).join(', ');
  return new Option('--insecure-options <words>', `what to allow, of ${words}`).argParser(
    asArgument((text) =>
      text.split(',').reduce((allowed, word) => ({ ...allowed, ...insecureWord(word.trim()) }), SECURE),
    ),
  );
}

function insecureWord(word: string): Partial<Insecure> {
  const meaning = Object.hasOwn(INSECURE, word) ? INSECURE[word] : undefined;
  if (meaning !== undefined) return meaning;
  throw new LarderError('E_USAGE', `the words are ${Object.keys(INSECURE).join(', ')}`);
}

/** Absolute path of the store. */
export function storeRoot({ dir }: SharedOptions, { cwd, platform, env }: Terminal): string {
  if (dir === undefined) return defaultStoreDir(platform, env);
  return isAbsolute(dir) ? dir : resolve(cwd, dir);
}

export function platformOf({ platform }: SharedOptions, { arch }: Terminal): Platform {
  return platform ?? defaultPlatform(arch);
}

/** Lets commander say which option has the wrong value. */
export function asArgument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof LarderError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  };
}
