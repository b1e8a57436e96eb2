import { acIdentifier } from '../../domain/appc-name.ts';
import { appcPlatform } from '../../domain/appc-platform.ts';
import type { Platform } from '../../domain/image.ts';
import { formatPlatform } from '../../domain/platform.ts';
import { quote } from '../../domain/quote.ts';
import type { RemoteRecord } from '../../domain/record.ts';
import { canonicalReference, parseReference } from '../../domain/reference.ts';
import type { Dependency } from './rows.ts';

/** What the index needs of an image manifest (appc/spec, schema/types ImageManifest). */
export interface ImageManifest {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly dependencies: readonly Dependency[];
  /** Paths that a tree of the image has, of itself and what it depends on; empty for all. */
  readonly pathWhitelist: readonly string[];
}

/** docker2aci's annotations, by which a converted image says where it came from. */
const DOCKER = 'appc.io/docker/';
const DIGEST = /^sha(?:256|512):[0-9a-f]+$/;

/** Platforms that an image's appc labels can mean, the usual spelling of each first. */
const PLATFORMS: readonly Platform[] = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: '386' },
  { os: 'linux', architecture: 'arm64' },
  { os: 'linux', architecture: 'arm', variant: 'v7' },
  { os: 'linux', architecture: 'arm', variant: 'v6' },
  { os: 'linux', architecture: 'ppc64le' },
  { os: 'linux', architecture: 's390x' },
];

/** @throws Error when the text is no image manifest */
export function readManifest(text: string): ImageManifest {
  const json: unknown = JSON.parse(text);
  if (!isRecord(json) || typeof json['name'] !== 'string') throw new Error('it has no name');
  const kind = json['acKind'] ?? 'ImageManifest';
  if (kind !== 'ImageManifest') throw new Error('it is of another kind than ImageManifest');
  return {
    name: json['name'],
    labels: pairs(json['labels']),
    annotations: pairs(json['annotations']),
    dependencies: list(json['dependencies']).map(readDependency),
    pathWhitelist: readWhitelist(json['pathWhitelist'] ?? []),
  };
}

/**
 * Where a converted docker image came from, by its annotations; `null` for any other image, or when they do not say enough.
 * Nobody knows any more when the registry was asked, or what the layers' sizes were.
 */
export function remoteOf(
  { name, labels, annotations }: ImageManifest,
  imageId: string,
  importedAt: number,
): RemoteRecord | null {
  const [registry, repository, tag, manifestDigest, configDigest] = [
    ...['registryurl', 'repository', 'tag', 'manifesthash', 'imageid'],
  ].map((key) => annotations[DOCKER + key]);
  const platform = PLATFORMS.find((candidate) => {
    const appc = appcPlatform(candidate);
    return appc?.os === labels['os'] && appc?.arch === labels['arch'];
  });
  if (registry === undefined || repository === undefined || platform === undefined) return null;
  // Anybody may write such annotations, but only into images of a name that their signature counts for (behaviour.md §6).
  if (name !== acIdentifier(`${registry}/${repository}`)) return null;
  if (!DIGEST.test(manifestDigest ?? '') || !DIGEST.test(configDigest ?? '')) return null;
  // The label is what was asked: a tag, or the digest of an image that was fetched by it.
  const version = tag ?? labels['version'] ?? 'latest';
  const separator = DIGEST.test(version) ? '@' : ':';
  return {
    url: canonicalReference(parseReference(`${registry}/${repository}${separator}${version}`)),
    platform: formatPlatform(platform),
    imageId,
    importedAt,
    checkedAt: null,
    http: null,
    docker: {
      digest: manifestDigest ?? '',
      manifestDigest: manifestDigest ?? '',
      configDigest: configDigest ?? '',
      downloadSize: 0,
      movedTo: null,
    },
  };
}

function readDependency(value: unknown): Dependency {
  if (!isRecord(value) || typeof value['imageName'] !== 'string') throw new Error('a dependency has no name');
  const { imageName: name, imageID: imageId = null, size = null } = value;
  // What cannot be compared must not be taken for nothing to compare.
  if (imageId !== null && typeof imageId !== 'string')
    throw new Error(`the imageID of ${quote(name)} is no text`);
  if (size !== null && typeof size !== 'number') throw new Error(`the size of ${quote(name)} is no number`);
  return { name, labels: pairs(value['labels']), imageId, size };
}

function readWhitelist(value: unknown): string[] {
  if (Array.isArray(value) && value.every((path) => typeof path === 'string')) return value;
  // Taken for none, it would let in all that it should keep out.
  throw new Error('its pathWhitelist is no list of texts');
}

/** appc's lists of `{name, value}`. */
function pairs(value: unknown): Record<string, string> {
  const entries = list(value).filter(isRecord);
  return Object.fromEntries(entries.map((entry) => [String(entry['name']), String(entry['value'])]));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
