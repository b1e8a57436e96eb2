import { Command, CommanderError } from 'commander';
import { LarderError, toLarderError } from '../domain/errors.ts';
import { addCheck } from './check.ts';
import { addExplain } from './explain.ts';
import { addFetch } from './fetch.ts';
import { addImage } from './image.ts';
import { addLogin } from './login.ts';
import { addLogout } from './logout.ts';
import { addLsp } from './lsp.ts';
import { acceptBeforeSubcommand } from './options.ts';
import { errorLine, printError } from './print.ts';
import { addStatus } from './status.ts';
import { addPod } from './pod.ts';
import { addPrepare } from './prepare.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';
import { addTrust } from './trust.ts';
import { ownVersion } from './version.ts';

const COMMANDS = [
  addFetch,
  addPrepare,
  addExplain,
  addStatus,
  addCheck,
  addImage,
  addPod,
  addTrust,
  addLogin,
  addLogout,
  addLsp,
] as const;

/**
 * Runs one command line. Whatever happens, what reaches the user is a sentence.
 * @param args without the program's own name
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const program = new Command('larder')
    .description(
      'Images of pod manifests: what is in the store, how fresh it is, what a pull policy will really do.',
    )
    .version(ownVersion())
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text, write) => write(`${errorLine(usageError(text), terminal)}\n`),
    });
  acceptBeforeSubcommand(program);
  for (const add of COMMANDS) add(program, terminal, (code) => (exitCode = code));
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already written what it has to say: help, which was asked for, or what is wrong with the usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const failure = toLarderError(error, 'running the command');
    printError(failure, terminal);
    return exitCodeOf(failure);
  }
}

/** What commander says, on up to two lines, as one that reads like any other error. */
function usageError(text: string): LarderError {
  return new LarderError(
    'E_USAGE',
    text
      .replace(/^error: /, '')
      .trim()
      .replaceAll('\n', ' '),
  );
}

function exitCodeOf({ code }: LarderError): ExitCode {
  if (code === 'E_USAGE') return EXIT.usage;
  return code === 'E_CANCELLED' ? EXIT.cancelled : EXIT.failed;
}
