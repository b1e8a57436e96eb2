import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { appcPlatform, APPC_PLATFORMS } from '../../server/src/domain/appc-platform.ts';
import { defaultPlatform, formatPlatform, parsePlatform } from '../../server/src/domain/platform.ts';

describe('parsePlatform', () => {
  const good = {
    'linux/amd64': { os: 'linux', architecture: 'amd64' },
    'linux/arm64/v8': { os: 'linux', architecture: 'arm64', variant: 'v8' },
    'Linux/AMD64': { os: 'linux', architecture: 'amd64' },
    'linux/x86_64': { os: 'linux', architecture: 'amd64' },
    'linux/aarch64': { os: 'linux', architecture: 'arm64' },
    'linux/constructor': { os: 'linux', architecture: 'constructor' },
  };
  for (const [text, platform] of Object.entries(good)) {
    it(`reads ${text}`, () => assert.deepEqual(parsePlatform(text), platform));
  }
  for (const text of [
    '',
    'linux',
    'linux/',
    '/amd64',
    'linux/arm/v7/x',
    'linux/a b',
    'linux/arm/',
    'linux//v8',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parsePlatform(text), {
        name: 'LarderError',
        code: 'E_USAGE',
        message: /linux\/amd64/,
      });
    });
  }
});

describe('formatPlatform', () => {
  for (const text of ['linux/amd64', 'linux/arm/v7', 'windows/amd64']) {
    it(`writes ${text} as it was read`, () => assert.equal(formatPlatform(parsePlatform(text)), text));
  }
});

describe('defaultPlatform', () => {
  it("is Linux on the machine's architecture, in the names of OCI", () => {
    assert.equal(formatPlatform(defaultPlatform('x64')), 'linux/amd64');
    assert.equal(formatPlatform(defaultPlatform('arm64')), 'linux/arm64');
    assert.equal(formatPlatform(defaultPlatform('ia32')), 'linux/386');
    assert.equal(formatPlatform(defaultPlatform('riscv64')), 'linux/riscv64');
  });
});

describe('appcPlatform', () => {
  const cases: [string, { os: string; arch: string } | undefined][] = [
    ['linux/amd64', { os: 'linux', arch: 'amd64' }],
    ['linux/arm64', { os: 'linux', arch: 'aarch64' }],
    ['linux/arm64/v8', { os: 'linux', arch: 'aarch64' }],
    ['linux/arm/v6', { os: 'linux', arch: 'armv6l' }],
    ['linux/arm/v7', { os: 'linux', arch: 'armv7l' }],
    ['linux/amd64/v3', { os: 'linux', arch: 'amd64' }],
    ['darwin/amd64', { os: 'darwin', arch: 'x86_64' }],
    ['linux/riscv64', undefined],
    ['windows/amd64', undefined],
  ];
  for (const [text, labels] of cases) {
    it(`names ${text} as appc does`, () => assert.deepEqual(appcPlatform(parsePlatform(text)), labels));
  }

  it("gives only names of appc's list", () => {
    for (const [text] of cases) {
      const labels = appcPlatform(parsePlatform(text));
      if (labels) assert.ok(APPC_PLATFORMS[labels.os]?.includes(labels.arch), text);
    }
  });
});
