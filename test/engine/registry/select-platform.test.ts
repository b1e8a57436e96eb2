import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePlatform } from '../../../server/src/domain/platform.ts';
import type { ImageIndex } from '../../../server/src/engine/registry/manifest.ts';
import { refusal } from '../../../server/src/engine/registry/manifest-error.ts';
import { selectPlatform } from '../../../server/src/engine/registry/select-platform.ts';

const OCI = 'application/vnd.oci.image.manifest.v1+json';
const refuse = refusal('the manifest of nginx:1');

/** An index of these platforms; each entry's size is its place. */
function indexOf(offers: readonly (string | undefined)[], mediaType = OCI): ImageIndex {
  const entries = offers.map((offer, size) => {
    const [os = '', architecture = '', variant] = offer?.split('/') ?? [];
    const platform = offer === undefined ? undefined : { os, architecture, ...(variant && { variant }) };
    return { mediaType, digest: `sha256:${'0'.repeat(64)}`, size, platform };
  });
  return { kind: 'index', entries };
}

const chosen = (offers: readonly (string | undefined)[], wanted: string): string | undefined =>
  offers[selectPlatform(indexOf(offers), parsePlatform(wanted), refuse).size];

describe('selectPlatform', () => {
  const ARM = ['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v7'];
  const cases: readonly [string, readonly (string | undefined)[], string | undefined][] = [
    ['linux/amd64', ['linux/arm64', 'linux/amd64'], 'linux/amd64'],
    ['linux/amd64', ['windows/amd64', 'linux/amd64'], 'linux/amd64'],
    // The usual variant goes without saying, on either side.
    ['linux/arm64', ['linux/arm64/v8'], 'linux/arm64/v8'],
    ['linux/arm64/v8', ['linux/arm64'], 'linux/arm64'],
    ['linux/arm', ['linux/arm/v6', 'linux/arm/v7'], 'linux/arm/v7'],
    ['linux/arm/v7', ['linux/arm'], 'linux/arm'],
    ['linux/amd64', ['linux/amd64/v3', 'linux/amd64/v1'], 'linux/amd64/v1'],
    // The nearest older variant, when its own is not there.
    ['linux/arm/v7', ['linux/arm/v5', 'linux/arm/v6'], 'linux/arm/v6'],
    ['linux/arm/v6', ARM, 'linux/arm/v6'],
    ['linux/amd64/v3', ['linux/amd64', 'linux/amd64/v2', 'linux/amd64/v4'], 'linux/amd64/v2'],
    ['linux/arm64', ARM, 'linux/arm/v7'],
    ['linux/amd64', ['linux/386'], 'linux/386'],
    ['linux/arm64/v9', ['linux/arm64'], 'linux/arm64'],
    // The first of two that are equal.
    ['linux/s390x', ['linux/s390x', 'linux/s390x'], 'linux/s390x'],
    ['linux/amd64', ['unknown/unknown', 'linux/amd64', 'unknown/unknown'], 'linux/amd64'],
    // A single image of no platform, attestations apart.
    ['linux/s390x', [undefined], undefined],
    ['linux/s390x', ['unknown/unknown', undefined], undefined],
  ];
  for (const [wanted, offers, expected] of cases) {
    it(`takes ${expected ?? 'the one without a platform'} for ${wanted} of ${offers.map(String).join(', ')}`, () => {
      assert.equal(chosen(offers, wanted), expected);
    });
  }

  it('takes the first of two equal entries', () => {
    const index = indexOf(['linux/amd64', 'linux/amd64']);
    assert.equal(selectPlatform(index, parsePlatform('linux/amd64'), refuse).size, 0);
  });

  const misses: readonly [string, readonly (string | undefined)[], RegExp][] = [
    [
      'linux/s390x',
      ['linux/amd64', 'linux/arm64/v8'],
      /linux\/s390x; choose one of linux\/amd64, linux\/arm64\/v8\.$/,
    ],
    ['linux/arm/v6', ['linux/arm/v7'], /choose one of linux\/arm\/v7\.$/],
    ['linux/amd64', ['linux/amd64/v3'], /choose one of linux\/amd64\/v3\.$/],
    ['linux/amd64', [undefined, undefined], /it names no platform at all\.$/],
    ['linux/amd64', ['unknown/unknown'], /it names no platform at all\.$/],
    ['linux/amd64', [], /it names no platform at all\.$/],
    ['linux/amd64', ['evil\u001b[31m/arch'], /choose one of evil\\u\{1b\}\[31m\/arch\.$/],
  ];
  for (const [wanted, offers, message] of misses) {
    it(`finds nothing for ${wanted} in ${JSON.stringify(offers)}`, () => {
      assert.throws(() => chosen(offers, wanted), { code: 'E_PLATFORM', message });
    });
  }

  it('lists no more than twenty platforms', () => {
    const offers = Array.from({ length: 50 }, (_, at) => `linux/arch${at}`);
    assert.throws(() => chosen(offers, 'linux/amd64'), { message: /linux\/arch19, …\.$/ });
  });

  it('leaves artifacts out', () => {
    const index = indexOf(['linux/amd64'], 'application/vnd.example.sbom');
    assert.throws(() => selectPlatform(index, parsePlatform('linux/amd64'), refuse), { code: 'E_PLATFORM' });
  });
});
