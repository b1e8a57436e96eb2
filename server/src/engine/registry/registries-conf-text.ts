import { printable } from '../../domain/quote.ts';
import { ConfigTable, configError } from './config-table.ts';
import { NO_REGISTRIES } from './registries-conf.ts';
import type { RegistriesConf } from './registries-conf.ts';
import { readVersion1, VERSION_1 } from './registries-conf-v1.ts';
import { readVersion2, VERSION_2 } from './registries-conf-v2.ts';

/**
 * Reads one file as containers/image does (`pkg/sysregistriesv2`): keys that it does not know are passed over.
 * @param file its path, for messages
 * @param dropIn whether it is one of registries.conf.d, which know version 2 only
 * @throws LarderError E_CONFIG
 */
export async function parseRegistriesConf(
  text: string,
  file: string,
  dropIn: boolean,
): Promise<RegistriesConf> {
  const table = new ConfigTable(await parseToml(text, file), file);
  const given = table.keys.map((key) => key.toLowerCase());
  const version2 = given.some((key) => VERSION_2.includes(key));
  if (!given.includes(VERSION_1)) return version2 ? readVersion2(table) : NO_REGISTRIES;
  if (dropIn || version2) {
    throw table.error(
      `[${VERSION_1}] is of version 1 of the format, and must be written as [[registry]] tables here`,
    );
  }
  return readVersion1(table);
}

async function parseToml(text: string, file: string): Promise<Record<string, unknown>> {
  // Few people have such a file with something in it.
  const { parse, TomlError } = await import('smol-toml');
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = /^Invalid TOML document: (.*)/.exec(error.message)?.[1] ?? 'it cannot be understood';
    throw configError(
      file,
      `line ${error.line}, column ${error.column} is not valid TOML (${printable(what)})`,
      error,
    );
  }
}
