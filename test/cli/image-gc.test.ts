import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Layout } from '../../server/src/engine/store/layout.ts';
import { larder } from './fake-terminal.ts';
import { API_ID, WEB_ID, withStore } from './store-fixture.ts';

const POD = `kind: Pod
apiVersion: v1
metadata: { name: web }
spec:
  containers:
    - { name: web, image: registry.example/web:1 }
    - { name: other, image: "{{ .Values.image }}" }
`;

describe('larder image gc', () => {
  // An ACI of 3 bytes, with a manifest of 181.
  it('says what it would remove, and removes it when it is asked to', () =>
    withStore(async (store) => {
      const args = ['image', 'gc', '--grace-period', '0s', '--dir', store];
      const told = await larder([...args, '--dry-run']);
      const lines = [
        `image     ${API_ID}  184 B  registry.example/api`,
        `image     ${WEB_ID}  184 B  registry.example/web`,
      ];
      assert.deepEqual(told.stdout.trimEnd().split('\n').sort(), lines.toSorted());
      assert.deepEqual([told.code, told.stderr], [0, '2 would be removed, 368 B.\n']);
      const done = await larder(args);
      assert.deepEqual([done.stdout, done.stderr], [told.stdout, '2 removed, 368 B freed.\n']);
      const nothing = await larder(args);
      assert.deepEqual([nothing.code, nothing.stdout, nothing.stderr], [0, '', '0 removed, 0 B freed.\n']);
    }));

  it('prints one document with stable keys', () =>
    withStore(async (store) => {
      await rm(new Layout(store).image(API_ID));
      const args = ['image', 'gc', '--grace-period=0s', '--dry-run', '--json', '--dir', store];
      const { stdout } = await larder(args);
      const { removed, ...rest } = JSON.parse(stdout) as { removed: unknown[] };
      assert.deepEqual(rest, { dryRun: true, bytes: 365, isGetting: false });
      assert.deepEqual(
        removed.find((one) => (one as { id: string }).id === WEB_ID),
        { kind: 'image', id: WEB_ID, name: 'registry.example/web', bytes: 184 },
      );
    }));

  it('keeps what manifests name', () =>
    withStore(async (store, cwd) => {
      await writeFile(join(cwd, 'pod.yaml'), POD);
      const args = ['image', 'gc', '--grace-period', '0s', '--dir', store, '--keep', 'pod.yaml'];
      const { code, stdout } = await larder(args, { cwd });
      assert.deepEqual([code, stdout], [0, `image     ${API_ID}  184 B  registry.example/api\n`]);
    }));

  it('removes nothing when it cannot read a manifest whose images are to stay', () =>
    withStore(async (store, cwd) => {
      const args = ['image', 'gc', '--grace-period', '0s', '--dir', store, '--keep', 'absent.yaml'];
      const { code, stdout, stderr } = await larder(args, { cwd });
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /Nothing was removed, because a manifest .* \[E_FILE\]/);
      assert.equal(
        (JSON.parse((await larder(['image', 'list', '--json', '--dir', store])).stdout) as []).length,
        2,
      );
    }));

  it('wants a length of time that it can read', () =>
    withStore(async (store) => {
      const { code, stderr } = await larder(['image', 'gc', '--grace-period', '1 day', '--dir', store]);
      assert.equal(code, 2);
      assert.match(stderr, /"1 day" is no length of time; write it with units/);
    }));
});
