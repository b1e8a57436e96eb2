import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { withDirectory } from '../engine/store/fixture.ts';
import { buildImage } from '../helpers/images.ts';
import { startRegistry } from '../helpers/registry.ts';
import type { Registry } from '../helpers/registry.ts';
import { larder } from './fake-terminal.ts';
import type { Ran } from './fake-terminal.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\n$/;

const app = await buildImage({
  layers: [{ files: [{ name: 'bin/app', content: 'the app' }] }],
  config: { Entrypoint: ['/bin/app'] },
});

interface Desk {
  readonly directory: string;
  readonly registry: Registry;
  readonly run: (...args: string[]) => Promise<Ran>;
}

async function withDesk(body: (desk: Desk) => Promise<void>): Promise<void> {
  await withDirectory(async (directory) => {
    const registry = await startRegistry();
    for (const name of ['web', 'db']) registry.push(`shop/${name}`, '1', app);
    // Nothing of whoever runs the tests is read.
    const config = join(directory, 'home/.config/containers');
    await mkdir(config, { recursive: true });
    await writeFile(join(config, 'policy.json'), '{"default":[{"type":"insecureAcceptAnything"}]}');
    const env = { HOME: join(directory, 'home') };
    const run = (...[command = '', ...args]: string[]): Promise<Ran> =>
      larder(['--dir', join(directory, 'store'), command, ...args], { cwd: directory, env });
    try {
      await body({ directory, registry, run });
    } finally {
      await registry.close();
    }
  });
}

const pod = (name: string, image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n  containers:\n    - { name: app, image: "${image}", stdin: true }\n`;

describe('larder prepare', () => {
  it('prints the UUID of a pod of images, which is listed and can be removed', () =>
    withDesk(async ({ registry, run }) => {
      const { code, stdout } = await run('prepare', `docker://${registry.host}/shop/web:1`);
      assert.equal(code, 0);
      assert.match(stdout, UUID);
      const uuid = stdout.trim();
      const listed = await run('pod', 'list');
      assert.match(listed.stdout, new RegExp(`^${uuid}  .*  web  docker://${registry.host}/shop/web:1\n$`));
      const [record] = JSON.parse((await run('pod', 'list', '--json')).stdout) as Record<string, unknown>[];
      assert.deepEqual(Object.keys(record ?? {}).toSorted(), [
        'apps',
        'createdAt',
        'notes',
        'others',
        'source',
        'uuid',
      ]);
      assert.deepEqual(await run('pod', 'rm', uuid), { code: 0, stdout, stderr: '' });
      const again = await run('pod', 'rm', uuid, 'nonsense');
      assert.equal(again.code, 1);
      assert.match(again.stderr, /There is no prepared pod.*\[E_NOT_FOUND\]\n.*is not the UUID.*\[E_REF\]/s);
      assert.equal((await run('pod', 'list')).stdout, '');
    }));

  it('has flags for all images, and for one', () =>
    withDesk(async ({ registry, run }) => {
      const [web, db] = ['web', 'db'].map((name) => `docker://${registry.host}/shop/${name}:1`) as [
        string,
        string,
      ];
      await run('fetch', web);
      registry.clearRequests();
      const missing = await run('prepare', web, db, '--no-fetch');
      assert.equal(missing.code, 1);
      assert.match(missing.stderr, /shop\/db:1 is not in the store and --no-fetch allows no request/);
      assert.deepEqual(registry.requests, []);
      assert.equal((await run('prepare', '--no-fetch', web)).code, 0);
      assert.equal((await run('prepare', web, '--force-fetch', db)).code, 0);
      assert.ok(registry.requestLines.includes('HEAD /v2/shop/web/manifests/1 → 200'));
    }));

  it('prepares a pod of a file, of several the one that is chosen', () =>
    withDesk(async ({ directory, registry, run }) => {
      const image = `${registry.host}/shop/web:1`;
      const file = join(directory, 'pods.yaml');
      await writeFile(file, `${pod('one', image)}---\n${pod('two', image)}`);
      const unclear = await run('prepare', '--pod-manifest', 'pods.yaml');
      assert.equal(unclear.code, 2);
      assert.match(unclear.stderr, /has several pods; choose one with --document \(1: Pod one, 2: Pod two\)/);
      const wrong = await run('prepare', '--pod-manifest', 'pods.yaml', '--document', 'three');
      assert.match(wrong.stderr, /has no pod "three"; choose one of 1: Pod one, 2: Pod two/);
      for (const chosen of ['2', 'two']) {
        const { code, stdout } = await run(
          'prepare',
          '--json',
          '--pod-manifest',
          'pods.yaml',
          '--document',
          chosen,
        );
        assert.equal(code, 0);
        const { path, unmapped } = JSON.parse(stdout) as { path: string; unmapped: { path: string }[] };
        assert.deepEqual(
          unmapped.map((part) => part.path),
          ['spec.containers[0].stdin'],
        );
        assert.match(await readFile(join(path, 'pod'), 'utf8'), /"value": "two"/);
      }
    }));

  it('says what is wrong with a file, or with the command', () =>
    withDesk(async ({ directory, run }) => {
      await writeFile(join(directory, 'service.yaml'), 'kind: Service\n');
      for (const [args, code, message] of [
        [['--pod-manifest', 'none.yaml'], 1, /"none\.yaml" was not read: it does not exist\. \[E_FILE\]/],
        [['--pod-manifest', 'service.yaml'], 1, /has no pod in it.*\[E_POD\]/],
        [['--pod-manifest', 'service.yaml', 'docker://a'], 2, /takes either images or --pod-manifest/],
        [[], 2, /takes either images or --pod-manifest/],
        [['docker://a', '--document', '1'], 2, /--document chooses a pod of a --pod-manifest/],
      ] as const) {
        const ran = await run('prepare', ...args);
        assert.equal(ran.code, code, args.join(' '));
        assert.match(ran.stderr, message);
      }
    }));
});
