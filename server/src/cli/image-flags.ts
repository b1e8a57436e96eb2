import { Option } from 'commander';
import type { Command } from 'commander';
import { LarderError } from '../domain/errors.ts';
import { PULL_POLICY_SYNONYMS } from '../domain/pull-mode.ts';
import type { PullMode } from '../domain/pull-mode.ts';

/** How one image is to be got. */
export interface ImageFlags {
  readonly mode: PullMode;
  readonly noCache: boolean;
  /** File with the image's signature; undefined: the one beside the image. */
  readonly signature?: string;
}

/** An image as the command line names it, with the flags that hold for it. */
export interface ImageArgument extends ImageFlags {
  readonly text: string;
}

type PullPolicyWord = keyof typeof PULL_POLICY_SYNONYMS;

/** What commander makes of the image flags; `--no-x` makes `x` false. */
interface ParsedFlags {
  readonly fetch?: boolean;
  readonly forceFetch?: true;
  readonly cache?: boolean;
  readonly pullPolicy?: PullPolicyWord;
  readonly signature?: string;
}

/** Adds the flags that may stand before the first image, for all, or after an image, for that one alone. */
export function addImageFlags(command: Command): Command {
  return command
    .option('--force-fetch', 'go to the remote, with caching logic')
    .option('--no-fetch', 'use only the store')
    .option('--no-cache', 'ignore saved caching data in a remote step')
    .option('--signature <file>', 'the signature of an ACI, instead of the one beside it')
    .addOption(
      new Option(
        '--pull-policy <policy>',
        "rkt's words for the same: new, never is --no-fetch, update is --force-fetch",
      ).choices(Object.keys(PULL_POLICY_SYNONYMS)),
    );
}

/**
 * Reads images with their flags (behaviour.md §2): flags before the first image are defaults, flags after an image belong
 * to that image alone. Other options may stand anywhere and hold for the command.
 * @param first the command as commander parsed it up to the first image; it passes through what follows
 * @param makeParser a command with the same options
 * @returns the images, and the other options wherever they stood
 * @throws LarderError E_USAGE, or CommanderError
 */
export function readImageArguments(
  first: Command,
  makeParser: () => Command,
): { images: ImageArgument[]; options: Record<string, unknown> } {
  const defaults = flagsOf(first, { mode: 'default', noCache: false });
  const options: Record<string, unknown> = { ...first.opts() };
  const images: ImageArgument[] = [];
  let rest: readonly string[] = first.args;
  while (rest.length > 0) {
    const [text = '', ...following] = rest;
    const parser = makeParser()
      .passThroughOptions()
      .helpOption(false)
      .argument('[image...]')
      .action(() => undefined);
    parser.copyInheritedSettings(first).parse(following, { from: 'user' });
    images.push({ text, ...flagsOf(parser, defaults) });
    Object.assign(options, parser.opts());
    rest = parser.args;
  }
  return { images, options };
}

function flagsOf(command: Command, defaults: ImageFlags): ImageFlags {
  const {
    fetch,
    forceFetch,
    cache,
    pullPolicy,
    signature = defaults.signature,
  } = command.opts<ParsedFlags>();
  const asked = new Map<PullMode, string>();
  if (fetch === false) asked.set('store', '--no-fetch');
  if (forceFetch) asked.set('remote', '--force-fetch');
  if (pullPolicy !== undefined) {
    const mode = PULL_POLICY_SYNONYMS[pullPolicy];
    if (!asked.has(mode)) asked.set(mode, `--pull-policy=${pullPolicy}`);
  }
  const [one, other] = [...asked.values()];
  if (other !== undefined) throw new LarderError('E_USAGE', `${one ?? ''} and ${other} exclude each other.`);
  const [mode = defaults.mode] = asked.keys();
  const flags = { mode, noCache: cache === false || defaults.noCache };
  return signature === undefined ? flags : { ...flags, signature };
}
