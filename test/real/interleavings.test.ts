import assert from 'node:assert/strict';
import { createHash, randomInt } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PreparedPod } from '../../server/src/domain/pod/prepared-pod.ts';
import { buildImage } from '../helpers/images.ts';
import { startRegistry } from '../helpers/registry.ts';
import type { Registry } from '../helpers/registry.ts';
import { larder, startLarder } from './larder.ts';
import type { Finished } from './larder.ts';
import { run } from './parts.ts';

const ROUNDS = 100;
const IMAGES = ['one', 'two', 'three'] as const;
/** Worked on side by side; on each, a round goes on with what the rounds before have left. */
const STORES = 4;
/** About as long as a command takes, in milliseconds: so they meet at all their steps. */
const SPAN = 900;

/** Delays and kills that can be found again, as far as processes can: LARDER_SEED=… repeats them. */
const SEED = Number(process.env['LARDER_SEED'] ?? randomInt(2 ** 32));

/** What is known of a store between two rounds. */
interface Desk {
  readonly store: string;
  /** UUIDs of pods that were reported as prepared, and not removed since. */
  readonly pods: Set<string>;
  /** How many there have been. */
  prepared: number;
  /** How commands ended, for the summary. */
  readonly ends: Map<string, number>;
  /** What prepares said that failed although nobody killed them. */
  readonly failures: string[];
}

describe(`two prepares, a gc and an rm at once, with kills (LARDER_SEED=${SEED})`, () => {
  const cleanup = new AsyncDisposableStack();
  let root: string;
  let registry: Registry;
  const desks: Desk[] = [];

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'larder-interleavings-'));
    cleanup.defer(() => rm(root, { recursive: true, force: true }));
    registry = cleanup.adopt(await startRegistry(), (it) => it.close());
    const base = { files: [{ name: 'base', content: 'what both have' }] };
    for (const name of IMAGES) {
      const own = { files: [{ name, content: name.repeat(1000) }] };
      registry.push(`team/${name}`, '1', await buildImage({ layers: [base, own], config: { Cmd: ['/x'] } }));
    }
    for (let at = 0; at < STORES; at++) {
      const store = join(root, `store${at}`);
      // There must be one, even if all commands of the first round are killed at once.
      await larder('image', 'gc', '--dir', store);
      desks.push({ store, pods: new Set(), prepared: 0, ends: new Map(), failures: [] });
    }
  });
  after(() => cleanup.disposeAsync());

  const reference = (name: string): string => `docker://${registry.host}/team/${name}:1`;

  /** One store is looked at while others are worked on. */
  const round = async (desk: Desk, number: number): Promise<void> => {
    const { store, pods } = desk;
    const dir = ['--dir', store];
    const pick = (name: string): string =>
      IMAGES[Math.floor(random(`${number} ${name}`) * IMAGES.length)] ?? '';
    // A pod of two of three: most of what one needs another needs, too, and something it does not.
    const prepare = (which: string): string[] => {
      const images = IMAGES.filter((name) => name !== pick(which));
      return ['prepare', ...dir, ...images.map(reference)];
    };
    const commands = [
      prepare('first'),
      prepare('second'),
      ['image', 'gc', '--grace-period', '0s', ...dir],
      ['image', 'rm', ...dir, reference(pick('removed'))],
    ];
    // Pods go, too, or nothing would ever be garbage: before the rest, so that it is known which are left.
    const gone = [...pods].filter((uuid) => random(`${number} ${uuid}`) < 0.6);
    if (gone.length > 0) await larder('pod', 'rm', ...dir, ...gone);
    for (const uuid of gone) pods.delete(uuid);
    const ended = await Promise.all(commands.map((command, at) => runAtRandom(command, `${number} ${at}`)));
    for (const [at, { code, stdout, stderr }] of ended.entries()) {
      assert.doesNotMatch(stderr, /E_INTERNAL|E_STORE_CORRUPT|E_STORE_IO/, `${number}: ${stderr}`);
      const end = `${commands[at]?.slice(0, 2).join(' ').split(' --')[0] ?? ''} ${code ?? 'killed'}`;
      desk.ends.set(end, (desk.ends.get(end) ?? 0) + 1);
      if (at < 2 && code !== 0 && code !== null) desk.failures.push(`${number}: ${stderr}`);
      // Even one that was killed may have said so, and then it is.
      const uuid = /^[0-9a-f-]{36}$/m.exec(stdout)?.[0];
      if (at >= 2 || uuid === undefined) continue;
      pods.add(uuid);
      desk.prepared += 1;
    }
    await assertSound(desk);
  };

  it(`${ROUNDS} times, nothing that a pod needs is lost, and the store is whole`, async (test) => {
    const share = ROUNDS / STORES;
    const chains = await Promise.allSettled(
      desks.map(async (desk, at) => {
        for (let number = 0; number < share; number++) await round(desk, at * share + number);
      }),
    );
    for (const chain of chains) if (chain.status === 'rejected') throw chain.reason as Error;
    const prepared = desks.reduce((sum, desk) => sum + desk.prepared, 0);
    assert.ok(prepared > ROUNDS / 2, `only ${prepared} pods were prepared, which shows little`);
    const ends = desks.flatMap((desk) => [...desk.ends].map(([end, count]) => `${end}: ${count}`));
    test.diagnostic(`how commands ended: ${ends.join(', ')}`);
    for (const failure of desks.flatMap(({ failures }) => failures)) test.diagnostic(`gave up: ${failure}`);
  });
});

/** Starts a command after a random while; in two of five cases it is killed before or after it would have ended. */
async function runAtRandom(command: readonly string[], name: string): Promise<Finished> {
  await sleep(random(`${name} delay`) * SPAN * 0.5);
  const running = startLarder(...command);
  if (random(`${name} kill`) < 0.4) {
    const life = random(`${name} life`) * SPAN * 1.5;
    const killed = new AbortController();
    const timer = sleep(life, undefined, { signal: killed.signal }).then(
      () => running.kill(),
      // It ended before.
      () => undefined,
    );
    const finished = await running.finished;
    killed.abort();
    await timer;
    return finished;
  }
  return running.finished;
}

/** What anybody may expect of a store that is at rest. */
async function assertSound({ store, pods }: Desk): Promise<void> {
  const dir = ['--dir', store];
  const directory = join(store, 'pods/prepared');
  const listed = await Promise.all(
    (await readdir(directory)).map(
      async (uuid) => JSON.parse(await readFile(join(directory, uuid, 'pod.json'), 'utf8')) as PreparedPod,
    ),
  );
  for (const uuid of pods)
    assert.ok(
      listed.some((pod) => pod.uuid === uuid),
      `the pod ${uuid} is there`,
    );

  const verified = await startLarder('image', 'verify', '--json', ...dir).finished;
  assert.equal(verified.code, 0, verified.stdout);
  const found = JSON.parse(verified.stdout) as { kind: string; id: string; state: string }[];
  const idsOf = (kind: string): Set<string> =>
    new Set(found.filter((one) => one.kind === kind && one.state === 'ok').map(({ id }) => id));
  const [images, trees] = [idsOf('image'), idsOf('tree')];
  for (const { uuid, apps, others } of listed) {
    for (const { name, tree, images: used } of apps) {
      assert.ok(trees.has(tree), `the tree of ${name} of the pod ${uuid} is there, and whole`);
      for (const id of used)
        assert.ok(images.has(id), `the image ${id} of the pod ${uuid} is there, and whole`);
    }
    for (const id of others) assert.ok(images.has(id));
    const manifest = JSON.parse(await readFile(join(directory, uuid, 'pod'), 'utf8')) as {
      apps: { image: { id: string } }[];
    };
    assert.ok(manifest.apps.every(({ image }) => images.has(image.id)));
  }

  const index = join(store, 'index.sqlite');
  assert.equal(
    (await run('sqlite3', index, 'pragma integrity_check; pragma foreign_key_check')).trim(),
    'ok',
  );
}

/** A number from 0 to 1 that depends on nothing but the seed and the name. */
function random(name: string): number {
  return createHash('sha256').update(`${SEED} ${name}`).digest().readUInt32BE() / 2 ** 32;
}
