import { parseRegistry } from '../domain/registry-name.ts';
import type { SignInArguments, SignInResult } from '../protocol.ts';
import { MAX_TEXT, record, usage } from './arguments.ts';
import type { CommandContext } from './command-context.ts';

/** @throws LarderError E_USAGE, E_REF */
export function parseSignInArguments(value: unknown): SignInArguments {
  const { registry, username, password } = record(value);
  return {
    registry: parseRegistry(text('registry', registry)),
    username: text('username', username),
    password: text('password', password),
  };
}

/** `larder.signIn`: asks the registry whether it takes the credentials. The client keeps them, or nobody does. */
export async function signIn(
  { registry, username, password }: SignInArguments,
  { jobs, config, reporter, signal, log }: CommandContext,
): Promise<SignInResult> {
  reporter.begin(`Signing in to ${registry}`, 0, '', true);
  try {
    await jobs.signIn(config, { registry, username, password }, { signal, onProgress: () => undefined });
    log.info(`${registry} takes the credentials of ${username}.`);
    return { registry };
  } finally {
    reporter.done();
  }
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= MAX_TEXT) return value;
  throw usage(`\`${name}\` must be a text that is not empty`);
}
