import { Option } from 'commander';
import type { Command } from 'commander';
import { LarderError } from '../domain/errors.ts';
import { printable } from '../domain/quote.ts';
import { familiarRegistry } from '../domain/registry-name.ts';
import type { FoundCredential } from '../engine/auth/credential.ts';
import type { Login } from '../engine/auth/credential-helper.ts';
import { checkLogin } from './login-check.ts';
import { loginHost } from './login-host.ts';
import { findAgain, printWarning } from './login-others.ts';
import { whoSignsIn } from './login-questions.ts';
import type { LoginWords } from './login-questions.ts';
import { registryArgument } from './login-registry.ts';
import { insecureOption, SECURE } from './options.ts';
import type { Insecure } from './options.ts';
import { printLine } from './print.ts';
import { addRegistryAccessFlags, registrySettings } from './registry-flags.ts';
import type { RegistryAccessFlags } from './registry-flags.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

interface LoginOptions extends LoginWords, RegistryAccessFlags {
  readonly password?: string | true;
  readonly insecureOptions?: Insecure;
}

/** `larder login …` */
export function addLogin(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command('login')
    .description('sign in to a registry, and keep the credentials where docker does')
    .argument('[registry]', 'its host, as in image references', 'docker.io')
    .option('-u, --username <name>', 'who signs in; asked for when it is not given')
    .option('--password-stdin', 'take the password from standard input instead of asking for it')
    // Known, so that it can be refused without being repeated.
    .addOption(new Option('-p, --password [password]').hideHelp())
    .addOption(insecureOption());
  addRegistryAccessFlags(command).action(async (name: string, options: LoginOptions) => {
    if (options.password !== undefined) throw passwordOnCommandLine();
    finish(await login(registryArgument(name), options, terminal));
  });
}

async function login(registry: string, options: LoginOptions, terminal: Terminal): Promise<ExitCode> {
  const insecure = options.insecureOptions ?? SECURE;
  const { platform } = terminal;
  const check = { insecure, platform, registries: registrySettings(options, terminal) };
  const host = await loginHost(terminal, insecure);
  const { DockerLogin } = await import('../engine/auth/docker-login.ts');
  return terminal.cancellable(async (signal) => {
    const given = await whoSignsIn(registry, options, terminal, signal);
    await checkLogin(host, check, registry, given, signal);
    const { path, program } = await new DockerLogin(host, platform).save(registry, given, signal);
    const where = program === undefined ? `in ${path} (unencrypted)` : `by ${program}`;
    const name = familiarRegistry(registry);
    printLine(terminal.stderr, printable(`Signed in to ${name} as ${given.username}; saved ${where}.`));
    const found = await findAgain(host, terminal, registry, check.registries.registriesConf);
    if (found !== undefined && !isOf(given, found)) {
      printWarning(terminal, `${found.origin} has other credentials for ${name}, and is looked at first.`);
    }
    return EXIT.done;
  });
}

function isOf({ username, password }: Login, { credential }: FoundCredential): boolean {
  return credential.kind === 'basic' && credential.username === username && credential.password === password;
}

function passwordOnCommandLine(): LarderError {
  return new LarderError(
    'E_USAGE',
    'A password is not taken from the command line, which everybody on this machine can read; leave it out to be asked for it, or say --password-stdin.',
  );
}
