import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { rememberingParser } from '../../server/src/domain/image-status.ts';
import type { FeatureContext } from '../../server/src/features/snapshot.ts';
import { ImagesViewFeed } from '../../server/src/lsp/images-view-feed.ts';
import type { ImagesViewParts } from '../../server/src/lsp/images-view-feed.ts';
import { ImagesViewNotification } from '../../server/src/protocol.ts';
import { testHost } from '../engine/store/fixture.ts';
import { contextOf } from '../helpers/editor.ts';
import { dockerRecord, tagged } from '../helpers/records.ts';
import { storeOf } from '../helpers/store-view.ts';

const MINUTE = 60_000;

describe('ImagesViewFeed', () => {
  let told: number;
  let registered: number;
  let looks: number;
  let context: FeatureContext;
  let feed: ImagesViewFeed;

  const open = (watchesFiles = true): ImagesViewFeed => {
    const connection = {
      client: { register: () => Promise.resolve(registered++) },
      sendNotification: (method: string) => {
        assert.equal(method, ImagesViewNotification);
        told++;
        return Promise.resolve();
      },
    } as unknown as ImagesViewParts['connection'];
    return new ImagesViewFeed({
      connection,
      client: { watchesFiles },
      log: testHost().log,
      manifests: {
        *opened() {
          // None is open.
        },
        // eslint-disable-next-line @typescript-eslint/require-await -- as the disk is
        async *saved() {
          looks++;
        },
        savedAt: () => Promise.resolve(undefined),
      },
      prepared: { uses: () => Promise.resolve(new Map()) },
      parse: rememberingParser(),
      context: () => context,
    });
  };

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    [told, registered, looks, context] = [0, 0, 0, contextOf()];
    feed = open();
  });
  afterEach(() => {
    feed.close();
    mock.timers.reset();
  });

  it('does nothing before somebody asks', () => {
    feed.changed();
    mock.timers.tick(MINUTE);
    assert.deepEqual([told, registered, looks], [0, 0, 0]);
  });

  it('tells once for changes that come together, and no more until it is asked again', async () => {
    await feed.answer({});
    feed.changed();
    feed.changed();
    mock.timers.tick(1000);
    feed.changed();
    mock.timers.tick(1000);
    assert.equal(told, 1);
    await feed.answer({});
    feed.changed();
    mock.timers.tick(1000);
    assert.deepEqual([told, registered], [2, 1]);
  });

  it('tells of changed files that can hold manifests', async () => {
    await feed.answer({});
    await feed.filesChanged(['file:///w/readme.md']);
    mock.timers.tick(1000);
    assert.equal(told, 0);
    await feed.filesChanged(['file:///w/a.yaml']);
    mock.timers.tick(1000);
    assert.equal(told, 1);
  });

  it('tells when words become untrue by time alone, though not all the time', async () => {
    context = contextOf({ store: storeOf({ [tagged.canonical]: dockerRecord() }) });
    context = { ...context, now: context.now + MINUTE - 1 };
    await feed.answer({});
    mock.timers.tick(29_000);
    assert.equal(told, 0);
    mock.timers.tick(2_000);
    assert.equal(told, 1);
    mock.timers.tick(100 * MINUTE);
    assert.equal(told, 1);
  });

  it('looks through the files once, or whenever it is asked to', async () => {
    await feed.answer({});
    await feed.answer({});
    assert.equal(looks, 1);
    await feed.answer({ reread: true });
    assert.equal(looks, 2);
  });

  it('looks through the files each time for a client that does not tell which change', async () => {
    feed = open(false);
    await feed.answer({});
    await feed.answer({});
    assert.deepEqual([looks, registered], [2, 0]);
  });

  it('tells nothing after it is closed', async () => {
    await feed.answer({});
    feed.changed();
    feed.close();
    mock.timers.tick(MINUTE);
    assert.equal(told, 0);
  });
});
