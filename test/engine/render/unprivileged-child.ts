/** Renders, verifies and removes an image in a store, as whoever runs it. Arguments: the store, the ACI and its ID. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { Trees } from '../../../server/src/engine/render/trees.ts';
import { openStore } from '../../../server/src/engine/store/store.ts';
import { testHost } from '../store/fixture.ts';
import { UNWATCHED } from './fixture.ts';

const [root = '', aci = '', imageId = ''] = process.argv.slice(2);
assert.notEqual(process.getuid?.(), 0);
const host = testHost();
const store = await openStore(host, root);
const trees = new Trees(host, store);
const image = { imageId, aci, pathWhitelist: [], within: [] };
const { key, path } = await trees.ensure([image], UNWATCHED);
assert.deepEqual(await trees.verify(key, UNWATCHED.signal), []);
// The verification has left the modes as they were, so that it finds them again.
assert.deepEqual(await trees.verify(key, UNWATCHED.signal), []);
assert.equal((await fs.stat(join(path, 'rootfs/locked'))).mode & 0o777, 0);
await assert.rejects(fs.readdir(join(path, 'rootfs/locked')), { code: 'EACCES' });
assert.equal(await trees.remove(key, UNWATCHED.signal), true);
await store.close();
assert.deepEqual(await fs.readdir(join(root, 'partial')), []);
