import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findings } from '../../../server/src/domain/rules/index.ts';
import { readManifest } from '../../../server/src/manifest/read-manifest.ts';
import { RULES } from '../../../server/src/settings/settings.ts';
import type { Settings } from '../../../server/src/settings/settings.ts';
import { readMarkers } from '../../helpers/markers.ts';
import { NOW } from '../../helpers/records.ts';
import { storeOf } from '../../helpers/store-view.ts';

const pod = (name: string, image: string) =>
  `{ "acVersion": "0.8.11", "acKind": "PodManifest", "apps": [{ "name": "${name}", "image": ${image} }] }`;

function find(text: string, severity: Partial<Settings['severity']> = {}) {
  const platform = { os: 'linux', architecture: 'amd64' };
  const context = { store: storeOf({}), platform, now: NOW, severity: { ...RULES, ...severity } };
  return findings(readManifest(text, 'json'), text, context);
}

/** Asserts that each marked place has the one finding that its label is the rule of, dashes written as `_`. */
function assertFound(marked: string, severity: Partial<Settings['severity']> = {}): void {
  const { text, marks } = readMarkers(marked);
  assert.deepEqual(
    find(text, severity).map(({ rule, span }) => [rule, span]),
    marks.map(({ label, span }) => [label.replaceAll('_', '-'), span]),
  );
}

describe('problems of an appc manifest', () => {
  it('are found beside those of images, with the severity that is set', () => {
    assertFound(pod('«appc_schema|Web»', '{ "name": "a", "id": "«appc_spec|sha512-ab»" }'));
    assertFound(pod('«appc_schema|Web»', '{ "name": "a", "id": "sha512-ab" }'), { 'appc-spec': 'off' });
    assert.deepEqual(
      find(pod('Web', '{ "name": "a" }'), { 'appc-schema': 'hint' }).map(({ severity }) => severity),
      ['hint'],
    );
  });

  it('stand for the invalid reference that they make', () => {
    const label = (name: string) => `"labels": [{ "name": "${name}", "value": "x" }]`;
    assertFound(pod('web', '{ "name": "«appc_schema|A»" }'));
    assertFound(pod('web', `{ "name": "a", ${label('«appc_schema|B»')} }`));
    assertFound(pod('web', `{ "name": "«invalid_reference|a»", ${label('arch')} }`));
    assertFound(pod('web', '{ "name": "«invalid_reference|A»" }'), { 'appc-schema': 'off' });
  });
});
