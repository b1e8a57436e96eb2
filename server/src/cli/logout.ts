import type { Command } from 'commander';
import { printable } from '../domain/quote.ts';
import { familiarRegistry } from '../domain/registry-name.ts';
import { loginHost } from './login-host.ts';
import { findAgain, printWarning } from './login-others.ts';
import { registryArgument } from './login-registry.ts';
import { printLine } from './print.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** `larder logout …` */
export function addLogout(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('logout')
    .description('remove the credentials for a registry from where docker keeps them')
    .argument('[registry]', 'its host, as in image references', 'docker.io')
    .action(async (name: string) => {
      finish(await logout(registryArgument(name), terminal));
    });
}

async function logout(registry: string, terminal: Terminal): Promise<ExitCode> {
  const host = await loginHost(terminal);
  const { DockerLogin } = await import('../engine/auth/docker-login.ts');
  return terminal.cancellable(async (signal) => {
    const { path, program } = await new DockerLogin(host, terminal.platform).erase(registry, signal);
    const where = program === undefined ? `from ${path}` : `by ${program}`;
    const name = familiarRegistry(registry);
    printLine(terminal.stderr, printable(`Signed out of ${name}; the credentials were removed ${where}.`));
    const found = await findAgain(host, terminal, registry);
    if (found !== undefined) printWarning(terminal, `${found.origin} has credentials for ${name} too.`);
    return EXIT.done;
  });
}
