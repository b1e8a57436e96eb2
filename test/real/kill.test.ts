import assert from 'node:assert/strict';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildImage, type TestImage } from '../helpers/images.ts';
import { startRegistry, type Registry } from '../helpers/registry.ts';
import { larder, startLarder } from './larder.ts';
import { run } from './parts.ts';

const KILLS = 20;
const LAYERS = 6;
const LAYER_BYTES = 400_000;
/** Slow enough that a kill falls into a download, fast enough that twenty pulls take a minute. */
const DRIP = { kind: 'drip', size: 16_384, delay: 15 } as const;

/** Moments of a pull that can be found again: LARDER_SEED=… repeats them. */
const SEED = Number(process.env['LARDER_SEED'] ?? randomInt(2 ** 32));

describe('larder fetch, killed at random moments', () => {
  const cleanup = new AsyncDisposableStack();
  let registry: Registry;
  let image: TestImage;
  let total: number;
  let root: string;
  let wanted: string;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'larder-kill-'));
    cleanup.defer(() => rm(root, { recursive: true }));
    registry = cleanup.adopt(await startRegistry(), (it) => it.close());
    const layers = Array.from({ length: LAYERS }, (_, i) => ({
      files: [{ name: `layer${i}`, content: randomBytes(LAYER_BYTES) }],
    }));
    image = await buildImage({ layers });
    total = image.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0);
    registry.push('team/app', '1', image);
    registry.misbehave('', DRIP);
    wanted = await fetchImage(join(root, 'whole'));
  });
  after(() => cleanup.disposeAsync());

  const reference = (): string => `docker://${registry.host}/team/app:1`;
  const fetchImage = async (store: string): Promise<string> =>
    (await larder('fetch', '--dir', store, reference())).trim();
  const bytesSent = (): number => registry.requests.reduce((sum, { bytesSent: bytes }) => sum + bytes, 0);

  for (let kill = 1; kill <= KILLS; kill++) {
    // Past the first tenth, so that there is something to keep; past the last byte, so that conversion and import are met too.
    const fraction = 0.1 + 1.1 * random(`fraction ${kill}`);
    const delay = 300 * random(`delay ${kill}`);
    const moment =
      fraction < 1
        ? `at ${Math.round(fraction * 100)} % of the bytes`
        : `${Math.round(delay)} ms after the last byte`;

    it(`${kill}: ${moment} (LARDER_SEED=${SEED})`, async () => {
      const store = join(root, `store${kill}`);
      registry.clearRequests();
      const first = startLarder('fetch', '--dir', store, reference());
      while (first.running && bytesSent() < fraction * total && bytesSent() < total) await sleep(1);
      if (fraction >= 1) await sleep(delay);
      first.kill();
      await first.finished;
      await assertSound(store);

      registry.clearRequests();
      assert.equal(await fetchImage(store), wanted, 'the second run ends with the same image');
      assert.ok(
        bytesSent() < total,
        `the second run downloads less than the whole: ${bytesSent()} of ${total} bytes`,
      );
      await assertSound(store);
      await assertIntact(store, wanted);
    });
  }
});

/** What anybody may expect of a store at any time. */
async function assertSound(store: string): Promise<void> {
  const index = join(store, 'index.sqlite');
  if (existsSync(index)) assert.equal((await run('sqlite3', index, 'pragma integrity_check')).trim(), 'ok');
  const images = JSON.parse(await larder('image', 'list', '--json', '--dir', store)) as { imageId: string }[];
  for (const { imageId } of images) await assertIntact(store, imageId);
}

/** An image that the index lists is there, whole, under the hash of its bytes. */
async function assertIntact(store: string, imageId: string): Promise<void> {
  const directory = join(store, 'blob/sha512', imageId.slice('sha512-'.length).slice(0, 2));
  assert.ok((await readdir(directory)).includes(imageId));
  const hash = createHash('sha512').update(await readFile(join(directory, imageId)));
  assert.equal(`sha512-${hash.digest('hex')}`, imageId);
}

/** A number from 0 to 1 that depends on nothing but the seed and the name. */
function random(name: string): number {
  return createHash('sha256').update(`${SEED} ${name}`).digest().readUInt32BE() / 2 ** 32;
}
