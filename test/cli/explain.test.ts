import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openStore } from '../../server/src/engine/store/store.ts';
import { importImage, sha512, testHost, withDirectory } from '../engine/store/fixture.ts';
import { larder } from './fake-terminal.ts';
import { NOW, WEB_ID, withStore } from './store-fixture.ts';

const WEB = 'docker://registry.example/web:1';

describe('larder explain', () => {
  it('says what the store holds and what each mode would do', () =>
    withStore(async (store) => {
      const policy = await policyFile(store, ACCEPT);
      const { code, stdout, stderr } = await larder(['explain', '--dir', store, '--policy', policy, WEB]);
      assert.deepEqual([code, stderr], [0, '']);
      assert.deepEqual(
        stdout.split('\n').map((line) => line.slice(0, 90).trimEnd()),
        [
          WEB,
          `  image          ${WEB}`,
          `  store          ${WEB_ID}`.slice(0, 90),
          '  signed by      nobody: every byte was checked against its digest',
          '  freshness      current: the registry answered this digest, checked 3 min ago',
          '  --no-fetch     uses the copy in the store (the store has this URL)',
          '  --force-fetch  asks the registry for the digest (a tag can move); if unchanged, uses the',
          '  default        uses the copy in the store (the store has this URL)',
          `  policy         accepted: it accepts all images, by the default in ${policy}`.slice(0, 90),
          '',
        ],
      );
    }));

  it('says which rule of the image policy would accept or reject an image', () =>
    withDirectory(async (directory) => {
      const wordsOf = async (requirements: unknown, transports = {}): Promise<string> => {
        const file = await policyFile(directory, requirements, transports);
        const { code, stdout } = await larder(['explain', '--policy', file, '--dir', directory, WEB]);
        assert.equal(code, 0);
        return stdout.split('\n').find((row) => row.startsWith('  policy')) ?? '';
      };
      const docker = (requirement: object) => ({ docker: { 'registry.example': [requirement] } });
      assert.match(
        await wordsOf(ACCEPT, docker({ type: 'reject' })),
        /rejected: it rejects all images, by the scope "registry\.example" of the transport "docker" in \//,
      );
      assert.match(
        await wordsOf(ACCEPT, docker({ type: 'signedBy', keyType: 'GPGKeys', keyPath: '/keys/one' })),
        /depends on its signature: it asks for a signature by a key of "\/keys\/one"/,
      );
      assert.match(await wordsOf([]), /unknown: The image policy .* is not valid/);
    }));

  it('says who signed an image, and how fresh an image of a web server is', () =>
    withDirectory(async (directory) => {
      const store = await openStore(testHost(), directory);
      const url = 'https://example.com/app.aci';
      const signers = [{ fingerprint: 'ab12', identity: 'Ann <ann@example.com>' }];
      const imageId = sha512('app');
      const http = { etag: '"a"', lastModified: null, freshUntil: NOW + 5 * 60_000, policy: null };
      const remote = { url, platform: '', imageId, importedAt: NOW, checkedAt: NOW, http, docker: null };
      await importImage(store, 'app', { imageId, signers, remote });
      await store.close();
      const rowsAt = async (now: number): Promise<string[]> => {
        const { stdout } = await larder(['explain', '--dir', directory, url], { now: () => now });
        return stdout.split('\n').filter((row) => /^ {2}(signed|freshness)/.test(row));
      };
      const signed = '  signed by      Ann <ann@example.com> (ab12)';
      assert.deepEqual(await rowsAt(NOW + 60_000), [
        signed,
        '  freshness      fresh: the server said so, 4 min left, checked 1 min ago',
      ]);
      assert.deepEqual(await rowsAt(NOW + 15 * 60_000), [
        signed,
        '  freshness      stale: its freshness lifetime is over, went stale 10 min ago, checked 15 min ago',
      ]);
    }));

  it('prints one document with stable keys, in the order asked', () =>
    withStore(async (store) => {
      const policy = await policyFile(store, ACCEPT);
      const options = ['--json', '--dir', store, '--policy', policy];
      const args = ['explain', ...options, 'docker://nginx:1', 'A', WEB, './a.aci'];
      const { code, stdout, stderr } = await larder(args, { cwd: '/srv' });
      assert.deepEqual([code, stderr], [1, '']);
      const [nginx, wrong, web, file] = JSON.parse(stdout) as Record<string, unknown>[];
      const steps = (...actions: string[]) => actions;
      assert.deepEqual(summary(nginx), {
        argument: 'docker://nginx:1',
        kind: 'docker',
        canonical: 'docker://registry-1.docker.io/library/nginx:1',
        registry: 'registry-1.docker.io',
        repository: 'library/nginx',
        tag: '1',
        digest: null,
        alias: null,
        store: null,
        freshness: {
          state: 'missing',
          since: null,
          until: null,
          checkedAt: null,
          why: 'the store has nothing for it',
        },
        plans: { store: steps('fail'), remote: steps('pull', 'import'), default: steps('pull', 'import') },
        policy: { file: policy, scope: 'default', verdict: 'accept', words: 'it accepts all images' },
      });
      assert.deepEqual(Object.keys(wrong ?? {}), ['argument', 'error']);
      assert.equal((wrong?.['error'] as { code: string }).code, 'E_REF');
      const record = web?.['store'] as Record<string, unknown>;
      assert.deepEqual(
        [record['imageId'], record['size'], record['importedAt']],
        [WEB_ID, 3, new Date(NOW).toISOString()],
      );
      assert.deepEqual((web?.['freshness'] as { checkedAt: string }).checkedAt, '2026-01-15T11:57:00.000Z');
      assert.deepEqual([file?.['path'], file?.['policy']], ['/srv/a.aci', null]);
    }));

  it('says how an appc name that the store does not have is written for a registry', () =>
    withDirectory(async (directory) => {
      const names = ['nginx:1.27', 'a,version=1', 'docker.io/library/nginx:1.27'];
      const { stdout } = await larder(['explain', '--dir', directory, ...names]);
      assert.deepEqual(stdout.match(/ note .*/g), [
        ' note           an image of a registry is written docker://nginx:1.27',
        // Not docker://nginx:1.27, which may be an alias of another one.
        ' note           an image of a registry is written docker://docker.io/library/nginx:1.27',
      ]);
    }));

  it('reads a store that is not there as an empty one, and does not make it', () =>
    withDirectory(async (directory) => {
      const dir = join(directory, 'none');
      const { code, stdout } = await larder(['explain', '--dir', 'none', WEB], { cwd: directory });
      assert.equal(code, 0);
      assert.match(stdout, /store +nothing\n/);
      assert.ok(!existsSync(dir));
    }));

  it('says that the beginning of an image ID fits several images', () =>
    withDirectory(async (directory) => {
      const store = await openStore(testHost(), directory);
      for (const end of ['1', '2']) {
        await importImage(store, end, { imageId: `sha512-${'a'.repeat(127)}${end}` });
      }
      await store.close();
      const { code, stderr } = await larder(['explain', '--dir', directory, `sha512-${'a'.repeat(10)}`]);
      assert.equal(code, 1);
      assert.match(stderr, /fits several images in the store.* \[E_AMBIGUOUS\]/);
    }));
});

const ACCEPT = [{ type: 'insecureAcceptAnything' }];

async function policyFile(
  directory: string,
  requirements: unknown,
  transports: unknown = {},
): Promise<string> {
  const path = join(directory, 'policy.json');
  await writeFile(path, JSON.stringify({ default: requirements, transports }));
  return path;
}

/** A document with the plans reduced to their actions. */
function summary(document: Record<string, unknown> | undefined): object {
  const plans = Object.entries((document?.['plans'] ?? {}) as Record<string, { action: string }[]>);
  return {
    ...document,
    plans: Object.fromEntries(plans.map(([mode, steps]) => [mode, steps.map((s) => s.action)])),
  };
}
