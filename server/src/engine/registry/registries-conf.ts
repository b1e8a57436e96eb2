/** Another place that has what a registry has. */
export interface Mirror {
  /** `HOST[:PORT][/PATH]`, in the place of the registry's prefix. */
  readonly location: string;
  /** Its certificate is not looked at, and plain http is allowed. */
  readonly insecure: boolean;
  /** Whether it may say what a tag means. */
  readonly tags: boolean;
  /** Whether it is asked for what has a digest. */
  readonly digests: boolean;
}

/** A `[[registry]]` of registries.conf. */
export interface RegistryEntry {
  /**
   * The images it is about: `HOST[:PORT]`, perhaps with a path, and then perhaps with a tag or digest; or `*.DOMAIN`. The host is in
   * lower case, and Docker Hub is `docker.io`.
   */
  readonly prefix: string;
  /** What stands in the prefix's place when they are asked for; '' after a wildcard: they are asked for as they are. */
  readonly location: string;
  readonly insecure: boolean;
  readonly blocked: boolean;
  /** In the order to try. */
  readonly mirrors: readonly Mirror[];
  /** The file that says so, for messages. */
  readonly file: string;
}

/** What registries.conf and its drop-ins say (containers-registries.conf(5)), as far as it concerns Larder. */
export interface RegistriesConf {
  /** Sorted by prefix; no two have the same. */
  readonly registries: readonly RegistryEntry[];
  /** From short names to full ones; in one file alone, '' takes back what a file before it says. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Null where no file says anything about them. */
  readonly credentialHelpers: NamedHelpers | null;
}

/** Credential helpers to ask about any registry, in order. */
export interface NamedHelpers {
  /** Without `docker-credential-`; `containers-auth.json` stands for the files of that name. */
  readonly names: readonly string[];
  /** The file that names them, for messages. */
  readonly file: string;
}

export const NO_REGISTRIES: RegistriesConf = { registries: [], aliases: new Map(), credentialHelpers: null };

/**
 * Makes one of several files: of two entries for a prefix, and of two aliases for a name, the later counts.
 * @param files what each says, the main one first
 */
export function mergeRegistriesConf(files: readonly RegistriesConf[]): RegistriesConf {
  const registries = new Map(
    files.flatMap((file) => file.registries.map((entry) => [entry.prefix, entry] as const)),
  );
  const aliases = new Map(files.flatMap((file) => [...file.aliases]));
  return {
    registries: sortedByPrefix(registries.values()),
    aliases: new Map([...aliases].filter(([, full]) => full !== '')),
    credentialHelpers: files.findLast((file) => file.credentialHelpers !== null)?.credentialHelpers ?? null,
  };
}

function sortedByPrefix(entries: Iterable<RegistryEntry>): RegistryEntry[] {
  return [...entries].sort((one, other) => (one.prefix < other.prefix ? -1 : 1));
}
