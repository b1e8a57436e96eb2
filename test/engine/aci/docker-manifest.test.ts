import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DockerReference } from '../../../server/src/domain/reference.ts';
import { aciManifest } from '../../../server/src/engine/aci/docker-manifest.ts';
import type { AciManifest, DockerImageInput } from '../../../server/src/engine/aci/docker-manifest.ts';

const DIGEST = `sha256:${'d'.repeat(64)}`;

function manifest(config: object = {}, reference: Partial<DockerReference> = {}): AciManifest {
  const image: DockerImageInput = {
    reference: {
      registry: 'registry-1.docker.io',
      repository: 'library/nginx',
      tag: '1.27',
      digest: undefined,
      ...reference,
    },
    config: JSON.stringify({ os: 'linux', architecture: 'amd64', ...config }),
    manifestDigest: 'sha256:m',
    configDigest: 'sha256:c',
    platform: { os: 'linux', architecture: 'arm64' },
  };
  return aciManifest(image, undefined);
}

function annotations(config: object): Record<string, string> {
  const { annotations: pairs } = JSON.parse(manifest(config).json) as {
    annotations: { name: string; value: string }[];
  };
  return Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
}

describe("an ACI's manifest", () => {
  it('is an appc ImageManifest', () => {
    const { json, unmapped } = manifest({ config: { Cmd: ['/bin/sh'], User: '7:8' } });
    assert.deepEqual(JSON.parse(json), {
      acKind: 'ImageManifest',
      acVersion: '0.8.11',
      name: 'registry-1.docker.io/library/nginx',
      labels: [
        { name: 'os', value: 'linux' },
        { name: 'arch', value: 'amd64' },
        { name: 'version', value: '1.27' },
      ],
      app: {
        exec: ['/bin/sh'],
        user: '7',
        group: '8',
        workingDirectory: '/',
        environment: [],
        mountPoints: [],
        ports: [],
        userLabels: {},
      },
      annotations: [
        { name: 'appc.io/docker/registryurl', value: 'registry-1.docker.io' },
        { name: 'appc.io/docker/repository', value: 'library/nginx' },
        { name: 'appc.io/docker/tag', value: '1.27' },
        { name: 'appc.io/docker/imageid', value: 'sha256:c' },
        { name: 'appc.io/docker/manifesthash', value: 'sha256:m' },
        { name: 'appc.io/docker/cmd', value: '["/bin/sh"]' },
      ],
    });
    assert.deepEqual(unmapped, []);
  });

  for (const [reference, name] of [
    [{ registry: 'localhost:5000', repository: 'a__b/c--d' }, 'localhost_5000/a__b/c--d'],
    [{ registry: '[::1]:5000', repository: 'app' }, '1__5000/app'],
    [{ registry: 'R.Example', repository: 'app' }, 'r.example/app'],
  ] as const) {
    it(`is named ${name} for ${reference.registry}/${reference.repository}`, () => {
      assert.equal(manifest({}, reference).name, name);
    });
  }

  for (const [reference, version] of [
    [{ tag: 'v2', digest: DIGEST }, 'v2'],
    [{ tag: undefined, digest: DIGEST }, DIGEST],
    [{ tag: undefined, digest: undefined }, 'latest'],
  ] as const) {
    it(`has the version ${version.slice(0, 10)} for tag ${reference.tag} and digest ${reference.digest?.slice(0, 8)}`, () => {
      assert.equal(manifest({}, reference).labels['version'], version);
    });
  }

  for (const [platform, labels] of [
    [
      { os: 'linux', architecture: 'arm64', variant: 'v8' },
      { os: 'linux', arch: 'aarch64' },
    ],
    [
      { os: 'linux', architecture: 'arm', variant: 'v6' },
      { os: 'linux', arch: 'armv6l' },
    ],
    [
      { os: 'linux', architecture: '386' },
      { os: 'linux', arch: 'i386' },
    ],
    [
      { os: '', architecture: '' },
      { os: 'linux', arch: 'aarch64' },
    ],
  ] as const) {
    it(`has ${labels.arch} for ${platform.os}/${platform.architecture}`, () => {
      assert.deepEqual(manifest(platform).labels, { ...labels, version: '1.27' });
    });
  }

  it('leaves out a platform that appc has no name for, and says so', () => {
    const { labels, unmapped } = manifest({ os: 'windows', architecture: 'amd64' });
    assert.deepEqual(labels, { version: '1.27' });
    assert.deepEqual(unmapped, ['platform windows/amd64']);
  });

  it('keeps what appc has no place for, and says so', () => {
    const config = {
      Healthcheck: { Test: ['CMD', 'true'], Interval: 5 },
      StopSignal: 'SIGINT',
      Shell: ['/bin/bash', '-c'],
      OnBuild: ['RUN x'],
      StopTimeout: 0,
    };
    assert.deepEqual(manifest({ config }).unmapped, ['Healthcheck', 'StopSignal', 'Shell', 'OnBuild']);
    const kept = annotations({ config });
    assert.equal(kept['appc.io/docker/healthcheck'], '{"Test":["CMD","true"],"Interval":5}');
    assert.equal(kept['appc.io/docker/stopsignal'], '"SIGINT"');
    assert.equal(kept['appc.io/docker/stoptimeout'], undefined);
  });

  it('says who made it and when', () => {
    const made = annotations({ created: '2024-02-29T12:00:00.123456789+02:00', author: 'Ann' });
    assert.deepEqual([made['created'], made['authors']], ['2024-02-29T12:00:00.123456789+02:00', 'Ann']);
  });

  for (const created of [
    '2023-02-29T12:00:00Z',
    '2024-01-01 12:00:00',
    '2024-01-01T24:00:00Z',
    'now',
    '2024-00-01T00:00:00Z',
  ]) {
    it(`leaves out ${created}, which is no time, and says so`, () => {
      assert.equal(annotations({ created })['created'], undefined);
      assert.deepEqual(manifest({ created }).unmapped, ['created']);
    });
  }

  it('has a homepage only if it is one', () => {
    const url = (text: string): object => ({ config: { Labels: { 'org.opencontainers.image.url': text } } });
    assert.equal(annotations(url('https://example.com/a'))['homepage'], 'https://example.com/a');
    for (const bad of ['ftp://example.com', 'example.com', 'https://', 'https://a b']) {
      assert.equal(annotations(url(bad))['homepage'], undefined);
    }
  });

  it('is the same text for the same image, whatever order the configuration has', () => {
    const one = manifest({
      config: { ExposedPorts: { '80': {}, '90': {} }, Volumes: { '/a': {}, '/b': {} } },
    });
    const other = manifest({
      config: { Volumes: { '/b': {}, '/a': {} }, ExposedPorts: { '90': {}, '80': {} } },
    });
    assert.equal(one.json, other.json);
  });
});
