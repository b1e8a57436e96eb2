import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Command } from '../../server/src/protocol.ts';
import type { FetchResult, RefreshResult } from '../../server/src/protocol.ts';
import { buildImage } from '../helpers/images.ts';
import { startRegistry } from '../helpers/registry.ts';
import type { Registry } from '../helpers/registry.ts';
import { FIRST_IMAGE, POD_URI, podOf, untilHint, workbench } from './fixture.ts';
import type { Workbench } from './fixture.ts';

const IN_STORE = 'in store, checked just now';

describe('short names over the protocol', () => {
  let registry: Registry;
  let directory: string;
  before(async () => {
    registry = await startRegistry();
    registry.push('team/app', '1', await buildImage({ layers: [{ files: [{ name: 'a', content: 'a' }] }] }));
    directory = await mkdtemp(join(tmpdir(), 'larder-short-names-'));
  });
  after(async () => {
    await registry.close();
    await rm(directory, { recursive: true, force: true });
  });

  const confPath = (): string => join(directory, 'registries.conf');
  const writeAlias = (repository: string): Promise<void> =>
    writeFile(confPath(), `[aliases]\napp = "${registry.host}/${repository}"\n`);

  /** Goes on typing while something is waited for: then files are looked at, though no more than once a second. */
  const whileTyping = async <T>({ client }: Workbench, wait: Promise<T>): Promise<T> => {
    let edits = 0;
    const timer = setInterval(() => {
      void client.change(POD_URI, { text: `${podOf('app:1')}# ${++edits}\n` });
    }, 100);
    return wait.finally(() => clearInterval(timer));
  };

  it('are read by the aliases of registries.conf, in what is shown and in what is fetched', async () => {
    await writeAlias('team/app');
    await using bench = await workbench();
    const { client, store } = bench;
    const { received } = client;
    await client.open(POD_URI, podOf('app:1'));
    assert.match(
      await client.hover(POD_URI, FIRST_IMAGE),
      /^`docker:\/\/registry-1\.docker\.io\/library\/app:1`/,
    );

    await client.changeSettings({
      store: { path: store },
      platform: 'linux/amd64',
      registry: { shortNames: 'aliases', configPath: confPath() },
    });
    const [resolved, alias] = (await whenHover(bench, /alias/)).split('  \n');
    assert.equal(resolved, `\`docker://${registry.host}/team/app:1\` for \`linux/amd64\``);
    assert.equal(alias, `\`app\` is an alias for \`${registry.host}/team/app\``);

    // What is fetched is named as the manifest names it.
    const [, lens] = await client.codeLenses(POD_URI);
    const argument = lens?.command?.arguments?.[0] as unknown;
    assert.deepEqual(argument, { images: [{ image: 'app:1', syntax: 'docker', mode: 'default' }] });
    const { images } = await client.execute<FetchResult>(Command.fetch, argument);
    assert(images[0] !== undefined && 'outcome' in images[0], JSON.stringify(images));
    assert.equal(images[0].outcome, 'fetched');
    assert.ok(registry.requestLines.some((line) => line.includes('/v2/team/app/manifests/1')));
    await untilHint(bench, POD_URI, IN_STORE);
    const checked = await client.execute<RefreshResult>(Command.refresh, argument);
    assert.deepEqual(
      checked.images.map((image) => 'found' in image && image.found),
      ['unchanged'],
    );

    await writeAlias('team/other');
    await whileTyping(bench, untilHint(bench, POD_URI, 'not in store'));
    assert.match(await client.hover(POD_URI, FIRST_IMAGE), /team\/other`/);
    await writeAlias('team/app');
    await whileTyping(bench, untilHint(bench, POD_URI, IN_STORE));

    await writeFile(confPath(), '[aliases\n');
    const { lastError } = await whileTyping(
      bench,
      received.until('a failure', () => received.statuses.findLast((status) => status.lastError !== null)),
    );
    assert(lastError !== null);
    assert.ok(lastError.includes(confPath()), lastError);
    assert.equal(received.logged.filter((message) => message.includes(lastError)).length, 1);
    // What held last still holds.
    assert.match(await client.hover(POD_URI, FIRST_IMAGE), /team\/app`/);

    await client.changeSettings({ store: { path: store }, platform: 'linux/amd64' });
    await received.until('its end', () => received.statuses.at(-1)?.lastError === null);
    assert.match(await client.hover(POD_URI, FIRST_IMAGE), /library\/app:1`/);
  });

  it('are known to a command that comes before all answers', async () => {
    await writeAlias('team/app');
    await using bench = await workbench({
      settings: { registry: { shortNames: 'aliases', configPath: confPath() } },
    });
    const images = [{ image: 'app:1', syntax: 'docker', mode: 'default' }];
    const fetched = await bench.client.execute<FetchResult>(Command.fetch, { images });
    assert.ok('imageId' in (fetched.images[0] ?? {}), JSON.stringify(fetched));
  });
});

/** The hover of the first image once it reads so. */
async function whenHover({ client }: Workbench, wanted: RegExp): Promise<string> {
  for (;;) {
    const { inlayHints } = client.received.refreshes;
    const text = await client.hover(POD_URI, FIRST_IMAGE);
    if (wanted.test(text)) return text;
    await client.received.until('a refresh', () => client.received.refreshes.inlayHints > inlayHints);
  }
}
