import * as fs from 'node:fs/promises';
import type { ShortNames } from '../domain/short-names.ts';
import { RegistriesConfFile } from '../engine/registry/registries-conf-file.ts';
import { registriesConfFiles } from '../engine/registry/registries-conf-places.ts';
import { registrySettings } from './registry-flags.ts';
import type { ShortNameFlags } from './registry-flags.ts';
import type { Terminal } from './terminal.ts';

/**
 * What short names stand for, as the flags want them read; undefined: docker's way, and then no file is looked at.
 * @throws LarderError E_CONFIG when aliases are asked for, and registries.conf cannot be understood: whatever was said of an image
 *   without them might be of another one
 */
export async function shortNamesOf(
  flags: ShortNameFlags,
  terminal: Pick<Terminal, 'cwd' | 'env' | 'platform' | 'now'>,
): Promise<ShortNames | undefined> {
  if (flags.shortNames !== 'aliases') return undefined;
  const { registriesConf } = registrySettings(flags, terminal);
  const places = registriesConfFiles(terminal.platform, terminal.env, registriesConf);
  const { aliases } = await new RegistriesConfFile({ fs, clock: terminal }, places).read();
  return aliases;
}
