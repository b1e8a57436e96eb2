// A process of its own that works on a store. Arguments: directory, name, number of images.
// It imports images one after the other, prints each image ID when it is durable, and removes every fourth.
import * as fs from 'node:fs/promises';
import { openStore } from '../../../server/src/engine/store/store.ts';
import { dockerRemote, importImage, sha256, sha512, testHost } from './fixture.ts';

const [, , directory = '', name = '', count = ''] = process.argv;
// With waits for the disk, as it is outside of tests.
const host = testHost({ fs });
host.clock.now = () => Date.now();
const store = await openStore(host, directory);
process.stdout.write('open\n');
for (let i = 0; i < Number(count); i++) {
  const content = `${name} ${i}`;
  await store.blobs.put(sha256(content), Buffer.from(content));
  const imageId = await importImage(store, content, {
    remote: dockerRemote(`${name}/${i}`, sha512(content)),
  });
  if (i % 4 === 3) await store.removeImage(imageId);
  else process.stdout.write(`${imageId}\n`);
}
await store.close();
