import { acIdentifier } from '../../domain/appc-name.ts';
import { appcPlatform } from '../../domain/appc-platform.ts';
import type { Platform } from '../../domain/image.ts';
import { formatPlatform } from '../../domain/platform.ts';
import type { DockerReference } from '../../domain/reference.ts';
import { appOf } from './docker-app.ts';
import type { AciApp } from './docker-app.ts';
import { parseDockerConfig } from './docker-config.ts';
import type { DockerConfig } from './docker-config.ts';

/** A docker or OCI image, as far as its ACI's manifest depends on it. */
export interface DockerImageInput {
  readonly reference: DockerReference;
  /** The configuration's JSON text, verified. */
  readonly config: string;
  /** Digest of the chosen platform's manifest. */
  readonly manifestDigest: string;
  readonly configDigest: string;
  /** Used for what the configuration does not say. */
  readonly platform: Platform;
}

export interface AciManifest {
  /** An appc ImageManifest. */
  readonly json: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What of the configuration appc has no place for, e.g. `Healthcheck`. */
  readonly unmapped: readonly string[];
}

/** The version of appc/spec that the manifests follow. */
const AC_VERSION = '0.8.11';

/**
 * Maps an image to an appc ImageManifest (appc/spec, aci.md), as docker2aci does for a squashed image.
 *
 * The name is the registry and the repository; characters that an AC Identifier cannot have become `_`, so
 * `localhost:5000/app` is `localhost_5000/app`. Labels are `os` and `arch` in appc's names and `version`: the tag, else the
 * digest. Annotations below `appc.io/docker/` say where the image came from, and keep as JSON the settings that appc has no
 * place for; these are also listed as unmapped.
 * @param passwd text of the image's /etc/passwd, for a user without a group
 * @throws LarderError E_MANIFEST when the configuration cannot be read
 */
export function aciManifest(image: DockerImageInput, passwd: string | undefined): AciManifest {
  const config = parseDockerConfig(image.config);
  const unmapped: string[] = [];
  const note = (what: string): unknown => unmapped.push(what);
  const name = acIdentifier(`${image.reference.registry}/${image.reference.repository}`);
  const labels = labelsOf(image, config, note);
  const manifest: ImageManifest = {
    acKind: 'ImageManifest',
    acVersion: AC_VERSION,
    name,
    labels: pairs(labels),
    app: appOf(config, passwd, note),
    annotations: pairs(annotationsOf(image, config, note)),
  };
  return { json: JSON.stringify(manifest), name, labels, unmapped };
}

interface ImageManifest {
  readonly acKind: 'ImageManifest';
  readonly acVersion: string;
  readonly name: string;
  readonly labels: readonly Pair[];
  readonly app: AciApp;
  readonly annotations: readonly Pair[];
}

interface Pair {
  readonly name: string;
  readonly value: string;
}

function pairs(values: Readonly<Record<string, string>>): Pair[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

function labelsOf(
  { reference, platform }: DockerImageInput,
  config: DockerConfig,
  unmapped: (what: string) => void,
): Record<string, string> {
  const version = reference.tag ?? reference.digest ?? 'latest';
  const own = platformOf(config) ?? platform;
  const mapped = appcPlatform(own);
  // An image without these labels is one for any platform: saying nothing is allowed, a word appc does not know is not.
  if (mapped === undefined) unmapped(`platform ${formatPlatform(own)}`);
  return { ...mapped, version };
}

function platformOf({ os, architecture, variant }: DockerConfig): Platform | undefined {
  if (!os || !architecture) return undefined;
  return variant ? { os, architecture, variant } : { os, architecture };
}

/** Settings without a place in appc, and the annotation that keeps each. */
const KEPT_SETTINGS: Readonly<Record<string, string>> = {
  Healthcheck: 'appc.io/docker/healthcheck',
  StopSignal: 'appc.io/docker/stopsignal',
  StopTimeout: 'appc.io/docker/stoptimeout',
  Shell: 'appc.io/docker/shell',
  OnBuild: 'appc.io/docker/onbuild',
};

function annotationsOf(
  { reference, manifestDigest, configDigest }: DockerImageInput,
  config: DockerConfig,
  unmapped: (what: string) => void,
): Record<string, string> {
  const annotations: Record<string, string> = {};
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') annotations[name] = value;
  };
  if (config.created !== undefined) {
    if (isDateTime(config.created)) set('created', config.created);
    else unmapped('created');
  }
  set('authors', config.author);
  set('homepage', webAddress(config.labels['org.opencontainers.image.url']));
  set('documentation', webAddress(config.labels['org.opencontainers.image.documentation']));
  set('appc.io/docker/registryurl', reference.registry);
  set('appc.io/docker/repository', reference.repository);
  set('appc.io/docker/tag', reference.tag);
  set('appc.io/docker/imageid', configDigest);
  set('appc.io/docker/manifesthash', manifestDigest);
  set('appc.io/docker/entrypoint', jsonOf(config.entrypoint));
  set('appc.io/docker/cmd', jsonOf(config.command));
  for (const [setting, annotation] of Object.entries(KEPT_SETTINGS)) {
    const kept = jsonOf(config.raw[setting]);
    if (kept === undefined) continue;
    set(annotation, kept);
    unmapped(setting);
  }
  return annotations;
}

/** JSON of a value that says something; undefined for what is absent or empty. */
function jsonOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '' || value === 0) return undefined;
  return Array.isArray(value) && value.length === 0 ? undefined : JSON.stringify(value);
}

/** RFC 3339 §5.6, as appc's validation (Go's time.RFC3339) reads it. */
function isDateTime(text: string): boolean {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/.exec(
      text,
    );
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** An http(s) URL as it stands, when it is one: appc allows no other `homepage`. */
function webAddress(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\/[\x21-\x7e]+$/.test(text) && URL.canParse(text)
    ? text
    : undefined;
}
