import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { RULES, SETTINGS, parseSettings } from '../../server/src/settings/settings.ts';
import { configuration, restrictedKeys, settingsPage } from './render.ts';

const root = new URL('../../', import.meta.url);
const defaults = {
  inlineStatus: 'always',
  codeLens: true,
  platform: '',
  storePath: '',
  maxDownloads: 3,
  registriesConf: '',
  shortNames: 'docker',
  tokenServers: {},
  certificates: [],
  policyPath: '',
  severity: RULES,
};

interface PackageJson {
  readonly contributes?: { readonly configuration?: unknown };
  readonly capabilities?: { readonly untrustedWorkspaces?: { readonly restrictedConfigurations?: unknown } };
}

async function packageJson(): Promise<PackageJson> {
  return JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as PackageJson;
}

describe('parseSettings', () => {
  it('gives the defaults when nothing is set', () => {
    for (const nothing of [undefined, null, {}, [], 'larder', 7]) {
      assert.deepEqual(parseSettings(nothing), defaults);
    }
  });

  it('takes what is valid', () => {
    const value = {
      inlineStatus: 'problems',
      codeLens: false,
      platform: 'linux/arm64/v8',
      store: { path: '/srv/store' },
      maxDownloads: 6,
      registry: {
        configPath: '/etc/registries.conf',
        shortNames: 'aliases',
        tokenServers: { 'r.example': ['auth.example'] },
        certificates: ['/etc/ca.pem'],
      },
      policy: { path: '/etc/policy.json' },
      diagnostics: { severity: { 'stale-image': 'off' } },
    };
    assert.deepEqual(parseSettings(value), {
      inlineStatus: 'problems',
      codeLens: false,
      platform: 'linux/arm64/v8',
      storePath: '/srv/store',
      maxDownloads: 6,
      registriesConf: '/etc/registries.conf',
      shortNames: 'aliases',
      tokenServers: { 'r.example': ['auth.example'] },
      certificates: ['/etc/ca.pem'],
      policyPath: '/etc/policy.json',
      severity: { ...RULES, 'stale-image': 'off' },
    });
  });

  it('lets a mistake cost only its own setting', () => {
    const value = {
      inlineStatus: 'Always',
      codeLens: 'yes',
      platform: 'arm64',
      store: { path: 5 },
      maxDownloads: 6,
      registry: { shortNames: 'podman', tokenServers: { 'r.example': 'auth.example' }, certificates: [7] },
      diagnostics: { severity: { 'stale-image': 'loud', 'moved-tag': 'hint', 'no-such-rule': 'error' } },
    };
    assert.deepEqual(parseSettings(value), {
      ...defaults,
      maxDownloads: 6,
      tokenServers: { 'r.example': [] },
      severity: { ...RULES, 'moved-tag': 'hint' },
    });
  });

  it('keeps numbers within their bounds', () => {
    for (const maxDownloads of [0, 17, 2.5, Number.NaN, '3']) {
      assert.equal(parseSettings({ maxDownloads }).maxDownloads, 3);
    }
  });

  it('answers valid settings for any value, and the same for its own answer', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const settings = parseSettings(value);
        const { storePath, policyPath, severity, ...others } = settings;
        const { registriesConf, shortNames, tokenServers, certificates, ...rest } = others;
        const again = {
          ...rest,
          store: { path: storePath },
          registry: { configPath: registriesConf, shortNames, tokenServers, certificates },
          policy: { path: policyPath },
          diagnostics: { severity },
        };
        assert.deepEqual(parseSettings(again), settings);
      }),
    );
  });
});

describe('the table of settings', () => {
  it('is what package.json contributes', async () => {
    const { contributes } = await packageJson();
    assert.deepEqual(
      contributes?.configuration,
      JSON.parse(JSON.stringify(configuration())),
      'run npm run generate',
    );
  });

  it('says which settings a workspace that is not trusted may not set', async () => {
    const { capabilities } = await packageJson();
    assert.deepEqual(capabilities?.untrustedWorkspaces?.restrictedConfigurations, restrictedKeys());
  });

  it('is what docs/settings.md says', async () => {
    const page = await readFile(new URL('docs/settings.md', root), 'utf8');
    assert.equal(page, await settingsPage(), 'run npm run generate');
  });

  it('has a fallback that its own parser takes', () => {
    for (const { key, parse, fallback } of Object.values(SETTINGS)) {
      assert.deepEqual((parse as (value: unknown) => unknown)(fallback), fallback, key);
    }
  });

  it('has a page for every rule', async () => {
    for (const rule of Object.keys(RULES)) {
      const page = await readFile(new URL(`docs/rules/${rule}.md`, root), 'utf8');
      assert.ok(page.startsWith(`# ${rule}\n`), rule);
    }
  });
});
