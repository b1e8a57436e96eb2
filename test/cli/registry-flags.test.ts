import assert from 'node:assert/strict';
import { Command } from 'commander';
import { describe, it } from 'node:test';
import { addRegistryFlags, registrySettings } from '../../server/src/cli/registry-flags.ts';
import type { RegistrySettings } from '../../server/src/cli/registry-flags.ts';
import { larder } from './fake-terminal.ts';

function settingsOf(...args: string[]): RegistrySettings {
  const command = addRegistryFlags(
    new Command().exitOverride().configureOutput({ writeErr: () => undefined }),
  );
  return registrySettings(command.parse(args, { from: 'user' }).opts(), { cwd: '/work' });
}

describe('the flags about registries', () => {
  it('leave everything as it is configured when there are none', () => {
    assert.deepEqual(settingsOf(), { registriesConf: '', tokenServers: {}, policyPath: '' });
  });

  it('name files from the current directory', () => {
    const { registriesConf, policyPath } = settingsOf(
      '--registries-conf',
      'r.conf',
      '--policy',
      '/etc/p.json',
    );
    assert.deepEqual([registriesConf, policyPath], ['/work/r.conf', '/etc/p.json']);
  });

  it('name token servers, several for one registry too', () => {
    const flags = ['r.example=a.example', 'docker.io=b.example', 'r.example=c.example:444'];
    assert.deepEqual(settingsOf(...flags.flatMap((flag) => ['--token-server', flag])).tokenServers, {
      'r.example': ['a.example', 'c.example:444'],
      'registry-1.docker.io': ['b.example'],
    });
  });

  for (const wrong of [
    'r.example',
    '=a.example',
    'r.example=',
    'nginx=a.example',
    'r.example=https://a.example',
  ]) {
    it(`refuse --token-server ${wrong}`, async () => {
      const { code, stderr } = await larder(['fetch', '--token-server', wrong, 'docker://nginx']);
      assert.equal(code, 2);
      assert.match(stderr, /option '--token-server.*E_USAGE/);
    });
  }
});
