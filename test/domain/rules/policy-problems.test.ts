import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findings } from '../../../server/src/domain/rules/index.ts';
import { readManifest } from '../../../server/src/manifest/read-manifest.ts';
import { RULES } from '../../../server/src/settings/settings.ts';
import type { Settings } from '../../../server/src/settings/settings.ts';
import { readMarkers } from '../../helpers/markers.ts';
import { NOW } from '../../helpers/records.ts';
import { storeOf } from '../../helpers/store-view.ts';

/** Asserts that each marked place has the one finding that its label is the rule of, dashes written as `_`. */
function assertFound(marked: string, severity: Partial<Settings['severity']> = {}): void {
  const { text, marks } = readMarkers(marked);
  const platform = { os: 'linux', architecture: 'amd64' };
  const context = { store: storeOf({}), platform, now: NOW, severity: { ...RULES, ...severity } };
  const found = findings(readManifest(text, 'policy'), text, context);
  assert.deepEqual(
    found.map(({ rule, span }) => [rule, span]),
    marks.map(({ label, span }) => [label.replaceAll('_', '-'), span]),
  );
}

const BOTH = `{
  "default": [{ "type": "«policy_schema|rejct»" }],
  "transports": {
    "docker": { "«policy_scope|nginx»": [{ "type": "reject", "«policy_schema|keyPath»": "/etc/a.gpg" }] }
  }
}`;

describe('problems of an image policy', () => {
  it('are found at their places', () => {
    assertFound(BOTH);
  });

  it('are silenced by their severity alone', () => {
    assertFound(BOTH.replaceAll(/«policy_schema\|(\w+)»/g, '$1'), { 'policy-schema': 'off' });
    assertFound(BOTH.replaceAll(/«policy_scope\|(\w+)»/g, '$1'), { 'policy-scope': 'off' });
    // A comment is one more mistake.
    assertFound('{ "default": [{ "type": "rejct" }] «policy_schema|// larder-disable-line policy-schema»\n}');
  });
});
