import type { ConfigTable } from './config-table.ts';
import type { RegistriesConf } from './registries-conf.ts';
import { NO_REGISTRIES } from './registries-conf.ts';
import { prefixOf, withoutScheme } from './registries-conf-v2.ts';

/** The key of version 1: three lists, `registries.search`, `registries.insecure` and `registries.block`. */
export const VERSION_1 = 'registries';

/**
 * Reads the former format: its search list is of no concern here, as Larder looks for a short name in no list of registries.
 * @throws LarderError E_CONFIG
 */
export function readVersion1(table: ConfigTable): RegistriesConf {
  const lists = table.table(VERSION_1);
  const list = (key: string): string[] => {
    const names = lists?.table(key)?.strings('registries') ?? [];
    return names.map((name) => withoutScheme(name, table, `registries.${key}`));
  };
  list('search');
  const [insecure, blocked] = [list('insecure'), list('block')];
  const registries = [...new Set([...insecure, ...blocked])].map((location) => ({
    prefix: prefixOf(location),
    location,
    insecure: insecure.includes(location),
    blocked: blocked.includes(location),
    mirrors: [],
    file: table.file,
  }));
  return { ...NO_REGISTRIES, registries };
}
