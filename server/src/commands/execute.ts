import { Command } from '../protocol.ts';
import {
  parseFetchArguments,
  parseGcArguments,
  parseRefreshArguments,
  parseRemoveArguments,
} from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { fetchImages } from './fetch.ts';
import { collectGarbage } from './gc.ts';
import { parsePinArguments, pinImages } from './pin.ts';
import { parsePrepareArguments, preparePod } from './prepare.ts';
import { refreshImages } from './refresh.ts';
import { removeImage } from './remove.ts';
import { parseSignInArguments, signIn } from './sign-in.ts';
import { inspectKeys, trustKey } from './trust.ts';
import { parseInspectKeysArguments, parseTrustArguments } from './trust-arguments.ts';

type CommandName = (typeof Command)[keyof typeof Command];

/** The commands by name; an argument comes from outside and is checked first. */
const COMMANDS: Readonly<
  Record<CommandName, (argument: unknown, context: CommandContext) => Promise<unknown>>
> = {
  [Command.fetch]: (argument, context) => fetchImages(parseFetchArguments(argument), context),
  [Command.refresh]: (argument, context) => refreshImages(parseRefreshArguments(argument), context),
  [Command.prepare]: (argument, context) => preparePod(parsePrepareArguments(argument), context),
  [Command.remove]: (argument, context) => removeImage(parseRemoveArguments(argument), context),
  [Command.gc]: (argument, context) => collectGarbage(parseGcArguments(argument), context),
  [Command.inspectKeys]: (argument, context) => inspectKeys(parseInspectKeysArguments(argument), context),
  [Command.trust]: (argument, context) => trustKey(parseTrustArguments(argument), context),
  [Command.signIn]: (argument, context) => signIn(parseSignInArguments(argument), context),
  [Command.pin]: (argument, context) => pinImages(parsePinArguments(argument), context),
};

/** What the server announces as `executeCommandProvider`. */
export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

/**
 * Runs a command; `undefined` when there is none of this name.
 * @throws LarderError E_USAGE when the argument is not what the command takes
 */
export function execute(
  name: string,
  argument: unknown,
  context: CommandContext,
): Promise<unknown> | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name as CommandName](argument, context) : undefined;
}
