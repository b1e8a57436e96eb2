import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { buildImage } from '../helpers/images.ts';
import { startRegistry } from '../helpers/registry.ts';
import { larder } from './fake-terminal.ts';
import { withStore } from './store-fixture.ts';

/** The store has `registry.example/web:1`, and this makes `web` a short name for it. */
const CONF = '[aliases]\nweb = "registry.example/web"\n';
const POD = 'kind: Pod\nspec:\n  containers:\n    - { name: a, image: "web:1", imagePullPolicy: Never }\n';

async function writeConf(directory: string, text: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'registries.conf');
  await writeFile(path, text);
  return path;
}

describe('--short-names', () => {
  it("reads names in docker's way where it is not given, whatever the user's registries.conf says", () =>
    withStore(async (store, home) => {
      await writeConf(join(home, '.config/containers'), '[aliases\n');
      for (const flags of [[], ['--short-names', 'docker']]) {
        const args = ['explain', '--dir', store, ...flags, 'docker://web:1'];
        const { code, stdout } = await larder(args, { env: { HOME: home } });
        assert.equal(code, 0);
        assert.match(
          stdout,
          /image +docker:\/\/registry-1\.docker\.io\/library\/web:1\n {2}store +nothing\n/,
        );
      }
    }));

  it("aliases: reads them by the user's registries.conf, and explain says so", () =>
    withStore(async (store, home) => {
      await writeConf(join(home, '.config/containers'), CONF);
      const args = ['explain', '--dir', store, '--short-names', 'aliases', 'docker://web:1'];
      const { stdout } = await larder(args, { env: { HOME: home } });
      const [, image, alias, stored] = stdout.split('\n');
      assert.deepEqual(
        [image, alias],
        [
          '  image          docker://registry.example/web:1',
          '  alias          web stands for registry.example/web',
        ],
      );
      assert.match(stored ?? '', /^ {2}store +sha512-/);
    }));

  it('aliases: reads them by the file that is named', () =>
    withStore(async (store, cwd) => {
      await writeConf(cwd, CONF);
      const flags = ['--short-names', 'aliases', '--registries-conf', 'registries.conf', '--dir', store];
      const images = ['docker://web:1', 'docker://docker.io/library/web:1', 'docker://redis'];
      const { stdout } = await larder(['explain', '--json', ...flags, ...images], { cwd });
      const documents = JSON.parse(stdout) as { canonical: string; alias: unknown }[];
      assert.deepEqual(
        documents.map(({ canonical, alias }) => [canonical, alias]),
        [
          ['docker://registry.example/web:1', { name: 'web', target: 'registry.example/web' }],
          ['docker://registry-1.docker.io/library/web:1', null],
          ['docker://registry-1.docker.io/library/redis:latest', null],
        ],
      );
    }));

  it('aliases: status and check know images by them', () =>
    withStore(async (store, cwd) => {
      await writeConf(cwd, CONF);
      await writeFile(join(cwd, 'pod.yaml'), POD);
      const flags = ['--short-names', 'aliases', '--registries-conf', 'registries.conf', '--dir', store];
      const run = (...args: string[]) => larder([...args, '--dir', store, 'pod.yaml'], { cwd });
      assert.match((await run('status')).stdout, /web:1 +Never +not in store/);
      assert.match((await run('status', ...flags)).stdout, /web:1 +Never +in store, checked 3 min ago/);
      const [row] = JSON.parse((await run('status', '--json', ...flags)).stdout) as {
        reference: { alias: unknown };
      }[];
      assert.deepEqual(row?.reference.alias, { name: 'web', target: 'registry.example/web' });
      assert.match((await run('check')).stdout, /never-but-missing/);
      assert.deepEqual(await run('check', ...flags), { code: 0, stdout: '', stderr: '' });
    }));

  it("aliases: fetch asks the alias's registry", () =>
    withStore(async (store, cwd) => {
      const registry = await startRegistry();
      try {
        registry.push(
          'team/app',
          '1',
          await buildImage({ layers: [{ files: [{ name: 'a', content: 'a' }] }] }),
        );
        await writeConf(cwd, `[aliases]\napp = "${registry.host}/team/app"\n`);
        // The flag may stand behind an image, as any that is for all of them.
        const args = ['--registries-conf', 'registries.conf', 'docker://app:1', '--short-names', 'aliases'];
        const { code, stderr } = await larder(['fetch', '--dir', store, ...args], { cwd });
        assert.equal(code, 0, stderr);
        assert.match(stderr, /docker:\/\/app:1: fetched\n/);
        assert.match(registry.requestLines.join('\n'), /GET \/v2\/team\/app\/manifests\/1 → 200/);
      } finally {
        await registry.close();
      }
    }));

  it('aliases: prepare knows the images of a list and of a file by them', () =>
    withStore(async (store, cwd) => {
      const registry = await startRegistry();
      try {
        const layers = [{ files: [{ name: 'a', content: 'a' }] }];
        registry.push('team/app', '1', await buildImage({ layers, config: { Entrypoint: ['/a'] } }));
        await writeConf(cwd, `[aliases]\napp = "${registry.host}/team/app"\n`);
        await writeFile(join(cwd, 'app.yaml'), POD.replace('web:1', 'app:1').replace('Never', 'Always'));
        const flags = ['--short-names', 'aliases', '--registries-conf', 'registries.conf', '--dir', store];
        for (const what of [['docker://app:1'], ['--pod-manifest', 'app.yaml']]) {
          const { code, stderr } = await larder(['prepare', ...flags, ...what], { cwd });
          assert.equal(code, 0, stderr);
        }
        assert.match(registry.requestLines.join('\n'), /HEAD \/v2\/team\/app\/manifests\/1 → 200$/);
      } finally {
        await registry.close();
      }
    }));

  it('aliases: says what is wrong with registries.conf, instead of something about another image', () =>
    withStore(async (store, cwd) => {
      await writeConf(cwd, '[aliases\n');
      await writeFile(join(cwd, 'pod.yaml'), POD);
      const flags = ['--short-names', 'aliases', '--registries-conf', 'registries.conf', '--dir', store];
      for (const [command = '', argument = ''] of [
        ['explain', 'docker://web:1'],
        ['status', 'pod.yaml'],
        ['check', 'pod.yaml'],
        ['fetch', 'docker://web:1'],
        ['prepare', 'docker://web:1'],
      ]) {
        const { code, stdout, stderr } = await larder([command, ...flags, argument], { cwd });
        assert.deepEqual([code, stdout], [1, ''], command);
        assert.match(stderr, /registries\.conf.*line 1.*\[E_CONFIG\]\n$/);
      }
    }));

  it('refuses any other word', async () => {
    const { code, stderr } = await larder(['explain', '--short-names', 'podman', 'docker://web']);
    assert.equal(code, 2);
    assert.match(stderr, /--short-names/);
  });
});
