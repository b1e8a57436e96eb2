import type { Freshness } from '../domain/freshness.ts';
import type { Image } from '../domain/image.ts';
import type { StoreRecord, StoredImage } from '../domain/record.ts';

/*
 * The parts that JSON documents of several commands share. Their keys are an interface: docs/cli.md lists them, and they
 * are only ever added to. Times are ISO 8601 in UTC.
 */

/** How an image is understood: what its kind has, and no other key. */
export function imageFields(image: Image): object {
  const { kind, canonical } = image;
  switch (image.kind) {
    case 'file':
      return { kind, canonical, path: image.path };
    case 'http':
      return { kind, canonical, url: image.url };
    case 'docker': {
      const { registry, repository, tag = null, digest = null } = image.reference;
      return { kind, canonical, registry, repository, tag, digest, alias: image.alias ?? null };
    }
    case 'name':
      return { kind, canonical, name: image.name, labels: image.labels };
    case 'id':
      return { kind, canonical };
  }
}

/** What the store holds; null when nothing. */
export function storeJson(record: StoreRecord | undefined): object | null {
  if (record === undefined) return null;
  const docker = record.remote?.docker;
  return {
    ...storedImageJson(record.image),
    ...(docker && {
      digest: docker.digest,
      manifestDigest: docker.manifestDigest,
      configDigest: docker.configDigest,
      downloadSize: docker.downloadSize,
      movedTo: docker.movedTo,
    }),
  };
}

function storedImageJson(image: StoredImage): object {
  const { imageId, size, name, labels, importedAt, lastUsedAt, latest, signers } = image;
  return {
    imageId,
    size,
    name,
    labels,
    importedAt: isoTime(importedAt),
    lastUsedAt: isoTime(lastUsedAt),
    latest,
    signers,
  };
}

export function freshnessJson({ state, since, until, checkedAt, why }: Freshness): object {
  return { state, since: isoTime(since), until: isoTime(until), checkedAt: isoTime(checkedAt), why };
}

function isoTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
