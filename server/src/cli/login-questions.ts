import { LarderError } from '../domain/errors.ts';
import { printable } from '../domain/quote.ts';
import { familiarRegistry } from '../domain/registry-name.ts';
import type { Login } from '../engine/auth/credential-helper.ts';
import type { Terminal } from './terminal.ts';

/** Who signs in, as far as the command line says. */
export interface LoginWords {
  readonly username?: string;
  readonly passwordStdin?: true;
}

/**
 * Asks for what the command line leaves out.
 * @throws LarderError E_USAGE when there is nobody to ask, or the answer cannot be used; none of it is quoted
 */
export async function whoSignsIn(
  registry: string,
  { username, passwordStdin }: LoginWords,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Login> {
  const name = familiarRegistry(registry);
  if (passwordStdin && username === undefined) {
    throw new LarderError('E_USAGE', 'Standard input is for the password; say who signs in with --username.');
  }
  const user =
    username ?? (await asked(terminal.ask(`User name for ${name}: `, signal), '--username')).trim();
  if (user === '') throw new LarderError('E_USAGE', 'The user name is empty; say who signs in.');
  if (user.includes(':')) {
    throw new LarderError(
      'E_USAGE',
      'The user name has a colon, which no user name has (RFC 7617); correct it.',
    );
  }
  const password = passwordStdin
    ? (await terminal.readInput(signal)).replace(/\r?\n$/, '')
    : await asked(
        terminal.askSecret(printable(`Password of ${user} for ${name}: `), signal),
        '--password-stdin',
      );
  if (password === '') throw new LarderError('E_USAGE', 'The password is empty; nothing was done.');
  return { username: user, password };
}

async function asked(answer: Promise<string | null>, option: string): Promise<string> {
  const given = await answer;
  if (given !== null) return given;
  throw new LarderError('E_USAGE', `Standard input is no terminal to ask on; say ${option}.`);
}
