/**
 * The one table of settings: package.json's `contributes.configuration` and docs/settings.md are generated from it
 * (`npm run generate`), and a test holds both against it.
 */

import { count, flag, isRecord, oneOf, text, texts, textsByKey } from './setting.ts';
import type { Setting } from './setting.ts';

/** Whether and when the status of an image is written beside it. */
export type InlineStatus = 'always' | 'problems' | 'off';

/** How short names are read: as docker and containerd do, or as CRI-O and podman. */
export type ShortNamesMode = 'docker' | 'aliases';

export const SEVERITIES = ['error', 'warning', 'information', 'hint', 'off'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Every rule with the severity it has unless a setting says otherwise. Each has a page `docs/rules/CODE.md`. */
export const RULES = {
  'invalid-reference': 'error',
  'unknown-pull-policy': 'error',
  'misspelled-key': 'warning',
  'never-but-missing': 'warning',
  'stale-image': 'information',
  'moved-tag': 'information',
  'not-mapped': 'information',
  'appc-schema': 'error',
  'appc-spec': 'warning',
  'policy-schema': 'error',
  'policy-scope': 'warning',
} as const satisfies Record<string, Severity>;
export type RuleCode = keyof typeof RULES;

/** Settings as the server uses them: every value present and valid. */
export interface Settings {
  readonly inlineStatus: InlineStatus;
  readonly codeLens: boolean;
  /** `os/arch[/variant]`; empty for linux on this machine's architecture. */
  readonly platform: string;
  /** Directory of the store; empty for the platform's data directory. */
  readonly storePath: string;
  /** Blobs downloaded at once. */
  readonly maxDownloads: number;
  /** Absolute path of registries.conf; empty for where containers' tools look for it. */
  readonly registriesConf: string;
  readonly shortNames: ShortNamesMode;
  /** Registry → hosts of token servers that may have its credentials. */
  readonly tokenServers: Readonly<Record<string, readonly string[]>>;
  /** Absolute paths of PEM files. */
  readonly certificates: readonly string[];
  /** Absolute path of policy.json; empty for where containers' tools look for it. */
  readonly policyPath: string;
  readonly severity: Readonly<Record<RuleCode, Severity>>;
}

/** What each rule finds, in a few words; its page `docs/rules/CODE.md` has the rest. */
export const RULE_SUMMARIES: Readonly<Record<RuleCode, string>> = {
  'invalid-reference': 'The image is not a valid reference.',
  'unknown-pull-policy': 'The pull policy is not one that Kubernetes knows.',
  'misspelled-key': 'A key differs from the one that was meant only in case or spelling.',
  'never-but-missing': 'The pull policy is `Never`, and the image is not in the store.',
  'stale-image': 'The copy in the store has outlived its freshness.',
  'moved-tag': 'The tag points to another image than the copy in the store.',
  'not-mapped': 'The pod was prepared, and this part of its manifest has no counterpart in appc.',
  'appc-schema': 'The appc manifest is not valid: the tools of appc refuse it.',
  'appc-spec':
    'The appc manifest is not what the specification asks for, though the tools of appc accept it.',
  'policy-schema': 'The image policy is not valid: every tool that reads it refuses the whole file.',
  'policy-scope': 'No image can fall under this scope of the image policy.',
};

/** The settings in the order in which they are shown. */
export const SETTINGS: { readonly [K in keyof Settings]: Setting<Settings[K]> } = {
  inlineStatus: oneOf<InlineStatus>(
    {
      always: 'Beside every image.',
      problems: 'Only beside images that are missing, stale or moved, or whose status is unknown.',
      off: 'Never.',
    },
    'always',
    {
      key: 'larder.inlineStatus',
      order: 1,
      scope: 'window',
      markdownDescription:
        'When the status of an image (*in store, checked 3 min ago*) is written beside it.',
      examples: ['problems'],
    },
  ),
  codeLens: flag(true, {
    key: 'larder.codeLens',
    order: 2,
    scope: 'window',
    markdownDescription:
      'Show a line above each pod that counts its images and offers to fetch those that are missing.',
    examples: [false],
  }),
  platform: text(
    {
      pattern: '^[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*){1,2}$',
      otherwise: 'Write os/architecture or os/architecture/variant, for example linux/arm64/v8.',
    },
    {
      key: 'larder.platform',
      order: 3,
      scope: 'window',
      markdownDescription:
        'The platform to fetch images for, as `os/architecture` or `os/architecture/variant`. Empty: Linux on the architecture of this machine.',
      examples: ['linux/amd64', 'linux/arm64/v8'],
    },
  ),
  storePath: text(null, {
    key: 'larder.store.path',
    order: 4,
    scope: 'machine-overridable',
    restricted: true,
    markdownDescription:
      'Directory of the image store, as an absolute path. Empty: the data directory of this platform, which the `larder` command uses too.',
    examples: ['/var/lib/larder'],
  }),
  maxDownloads: count({ minimum: 1, maximum: 16 }, 3, {
    key: 'larder.maxDownloads',
    order: 5,
    scope: 'window',
    markdownDescription: 'How many blobs are downloaded at once.',
    examples: [1, 6],
  }),
  registriesConf: text(null, {
    key: 'larder.registry.configPath',
    order: 6,
    scope: 'machine-overridable',
    restricted: true,
    markdownDescription:
      'A registries.conf (mirrors, blocked and insecure registries, short names), as an absolute path. Empty: the one of podman and skopeo, `~/.config/containers/registries.conf` or else `/etc/containers/registries.conf`.',
    examples: ['/etc/containers/registries.conf'],
  }),
  shortNames: oneOf<ShortNamesMode>(
    {
      docker: 'As docker and containerd read them: `nginx` is `docker.io/library/nginx`.',
      aliases: 'As CRI-O and podman: by the aliases of registries.conf, and as docker where there is none.',
    },
    'docker',
    {
      key: 'larder.registry.shortNames',
      order: 7,
      scope: 'window',
      restricted: true,
      markdownDescription: 'What the name of an image without its registry means.',
      examples: ['aliases'],
    },
  ),
  tokenServers: textsByKey({
    key: 'larder.registry.tokenServers',
    order: 8,
    scope: 'machine-overridable',
    restricted: true,
    markdownDescription:
      'Hosts that give tokens for a registry, and so may have your credentials for it, by registry. Its own host and those of well-known registries need no mention.',
    examples: [{ 'registry.example.com': ['auth.example.com'] }],
  }),
  certificates: texts({
    key: 'larder.registry.certificates',
    order: 9,
    scope: 'machine-overridable',
    restricted: true,
    markdownDescription:
      'Files with certificate authorities to trust besides those of the system, PEM, as absolute paths. For one registry alone there is `certs.d`.',
    examples: [['/etc/ssl/company-ca.pem']],
  }),
  policyPath: text(null, {
    key: 'larder.policy.path',
    order: 10,
    scope: 'machine-overridable',
    restricted: true,
    markdownDescription:
      'An image policy (policy.json) to enforce, as an absolute path. Empty: the one of podman and skopeo, `~/.config/containers/policy.json` or else `/etc/containers/policy.json`; where there is none, every image is accepted.',
    examples: ['/etc/containers/policy.json'],
  }),
  severity: {
    key: 'larder.diagnostics.severity',
    order: 11,
    scope: 'window',
    markdownDescription:
      'How each rule is shown; `off` silences it. A comment can silence a rule for a line (`# larder-disable-line RULE`), the next line (`# larder-disable-next-line RULE`) or a whole file (`# larder-disable RULE`).',
    examples: [{ 'stale-image': 'off', 'never-but-missing': 'error' }],
    schema: {
      type: 'object',
      default: {},
      properties: Object.fromEntries(
        ruleEntries().map(([rule, severity]) => [
          rule,
          {
            type: 'string',
            enum: SEVERITIES,
            default: severity,
            markdownDescription: RULE_SUMMARIES[rule],
          },
        ]),
      ),
      additionalProperties: false,
    },
    fallback: RULES,
    parse: parseSeverity,
  },
};

/**
 * The settings, parsed from whatever a client sends: a value that is missing or is not valid gives its default, so that a
 * mistake in one setting never costs the others.
 * @param value the object of the section `larder`, as `workspace/configuration` answers it
 */
export function parseSettings(value: unknown): Settings {
  const read = <T>({ key, parse }: Setting<T>): T => parse(valueAt(value, key.split('.').slice(1)));
  return {
    inlineStatus: read(SETTINGS.inlineStatus),
    codeLens: read(SETTINGS.codeLens),
    platform: read(SETTINGS.platform),
    storePath: read(SETTINGS.storePath),
    maxDownloads: read(SETTINGS.maxDownloads),
    registriesConf: read(SETTINGS.registriesConf),
    shortNames: read(SETTINGS.shortNames),
    tokenServers: read(SETTINGS.tokenServers),
    certificates: read(SETTINGS.certificates),
    policyPath: read(SETTINGS.policyPath),
    severity: read(SETTINGS.severity),
  };
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, part) => (isRecord(inner) ? inner[part] : undefined), value);
}

function parseSeverity(value: unknown): Settings['severity'] {
  const asked = isRecord(value) ? value : {};
  const severityOf = (rule: RuleCode): Severity =>
    SEVERITIES.find((severity) => severity === asked[rule]) ?? RULES[rule];
  return Object.fromEntries(ruleEntries().map(([rule]) => [rule, severityOf(rule)])) as Settings['severity'];
}

function ruleEntries(): [RuleCode, Severity][] {
  return Object.entries(RULES) as [RuleCode, Severity][];
}
