import { join } from 'node:path';
import { openStore } from '../../server/src/engine/store/store.ts';
import { dockerRemote, importImage, NOW, sha512, testHost, withDirectory } from '../engine/store/fixture.ts';

export { NOW };

/** Images of {@link withStore}: `docker://registry.example/web:1`, checked 3 minutes ago, and `registry.example/api:1`, which moved. */
export const WEB_ID = sha512('web');
export const API_ID = sha512('api');

/** Runs with a store of two images in `DIRECTORY/store`. */
export async function withStore(body: (store: string, directory: string) => Promise<void>): Promise<void> {
  await withDirectory(async (directory) => {
    const root = join(directory, 'store');
    const store = await openStore(testHost(), root);
    const checkedAt = NOW - 3 * 60_000;
    const web = dockerRemote('web', WEB_ID, { checkedAt });
    await importImage(store, 'web', { name: 'registry.example/web', remote: web });
    const api = dockerRemote('api', API_ID, { checkedAt });
    const moved = api.docker && { ...api.docker, movedTo: `sha256:${'f'.repeat(64)}` };
    await importImage(store, 'api', { name: 'registry.example/api', remote: { ...api, docker: moved } });
    await store.close();
    await body(root, directory);
  });
}
