import { Option } from 'commander';
import type { Command } from 'commander';
import { resolve } from 'node:path';
import { LarderError } from '../domain/errors.ts';
import { parseRegistry } from '../domain/registry-name.ts';
import type { ShortNamesMode } from '../settings/settings.ts';
import { asArgument } from './options.ts';
import type { Terminal } from './terminal.ts';

type TokenServers = Readonly<Record<string, readonly string[]>>;

/** How registries are spoken to, as commander gives it. */
export interface RegistryAccessFlags {
  readonly registriesConf?: string;
  readonly tokenServer?: TokenServers;
}

/** How short names are read, as commander gives it. */
export interface ShortNameFlags {
  readonly registriesConf?: string;
  readonly shortNames?: ShortNamesMode;
}

/** How registries are asked, and which of their images are accepted, as commander gives it. */
export interface RegistryFlags extends RegistryAccessFlags {
  readonly policy?: string;
}

/** Adds the flags that say with which configuration registries are asked, instead of this machine's. */
export function addRegistryFlags(command: Command): Command {
  return addRegistryAccessFlags(command).addOption(policyOption());
}

export function policyOption(): Option {
  return new Option('--policy <file>', "the image policy to enforce (default: this user's or machine's)");
}

/** Adds those that say how short names are read, where no registry is asked. */
export function addShortNameFlags(command: Command): Command {
  return command.addOption(shortNamesOption()).addOption(registriesConfOption());
}

export function shortNamesOption(): Option {
  return new Option(
    '--short-names <way>',
    'docker: nginx is docker.io/library/nginx (the default); aliases: what registries.conf says, as with CRI-O and podman',
  ).choices(SHORT_NAMES);
}

const SHORT_NAMES: readonly ShortNamesMode[] = ['docker', 'aliases'];

function registriesConfOption(): Option {
  return new Option(
    '--registries-conf <file>',
    "mirrors, blocked and insecure registries, aliases (default: this user's or machine's)",
  );
}

/** Adds those that matter before any image is asked for. */
export function addRegistryAccessFlags(command: Command): Command {
  return command
    .addOption(registriesConfOption())
    .addOption(
      new Option(
        '--token-server <registry=host>',
        'a host that gives tokens for a registry, and so may have your credentials for it; repeatable',
      ).argParser((text: string, before: TokenServers | undefined) => withServer(text, before ?? {})),
    );
}

const withServer = (text: string, before: TokenServers): TokenServers => {
  const { registry, host } = asArgument(parseTokenServer)(text);
  return { ...before, [registry]: [...(before[registry] ?? []), host] };
};

function parseTokenServer(text: string): { registry: string; host: string } {
  const [, registry, host] = /^([^=]+)=([^=/\s]+)$/.exec(text) ?? [];
  if (registry === undefined || host === undefined) {
    throw new LarderError('E_USAGE', 'write REGISTRY=HOST, as in registry.example=auth.example');
  }
  return { registry: parseRegistry(registry), host };
}

/** With which configuration registries are asked; empty paths for the usual places. */
export interface RegistrySettings {
  readonly registriesConf: string;
  readonly tokenServers: TokenServers;
  readonly policyPath: string;
}

/** The flags as the engine takes them. */
export function registrySettings(
  { registriesConf, tokenServer = {}, policy }: RegistryFlags,
  { cwd }: Pick<Terminal, 'cwd'>,
): RegistrySettings {
  const absolute = (path: string | undefined): string => (path === undefined ? '' : resolve(cwd, path));
  return {
    registriesConf: absolute(registriesConf),
    tokenServers: tokenServer,
    policyPath: absolute(policy),
  };
}
