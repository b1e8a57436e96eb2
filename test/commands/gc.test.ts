import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { collectGarbage } from '../../server/src/commands/gc.ts';
import type { ManifestFile, Manifests } from '../../server/src/commands/manifests.ts';
import { LarderError } from '../../server/src/domain/errors.ts';
import type { GcReport, GcRequest, Removed } from '../../server/src/engine/care/gc.ts';
import type { GcArguments, GcResult } from '../../server/src/protocol.ts';
import { open, podOf } from '../helpers/editor.ts';
import { DIGEST, IMAGE_ID } from '../helpers/records.ts';
import { commandContext } from './fixture.ts';

const HOUR = 60 * 60 * 1000;
const LARGE = { path: '/w/large.json', why: 'it is larger than 2 MiB' };

const removedOf = (kind: Removed['kind'], bytes: number): Removed => ({
  kind,
  id: IMAGE_ID,
  name: null,
  bytes,
});

interface Given {
  readonly texts?: readonly string[];
  readonly folders?: readonly string[];
  readonly unread?: GcResult['unread'];
  readonly removed?: readonly Removed[];
  readonly isGetting?: boolean;
}

/** Runs the command over a workspace, with an engine that removes what is given. */
function gc(argument: Partial<GcArguments>, given: Given = {}) {
  const { texts = [], folders = ['file:///w'], unread = [], removed = [], isGetting = false } = given;
  const asked: GcRequest[] = [];
  const { context, seen } = commandContext({
    gc: (_, request): Promise<GcReport> => {
      asked.push(request);
      const bytes = removed.reduce((sum, one) => sum + one.bytes, 0);
      return Promise.resolve({ dryRun: request.dryRun, removed, bytes, isGetting });
    },
  });
  const manifests: Manifests = {
    ...context.manifests,
    folders: () => Promise.resolve(folders),
    async *everything(_, onUnread) {
      for (const { path, why } of unread) onUnread(path, why);
      yield* await Promise.resolve(
        texts.map((text): ManifestFile => ({ snapshot: open(text).snapshot, version: null })),
      );
    },
  };
  const run = collectGarbage(
    { dryRun: true, gracePeriod: '24h', acceptUnread: false, ...argument },
    { ...context, manifests },
  );
  return { run, asked, seen };
}

const IMAGES = [removedOf('image', 2_000_000), removedOf('image', 500_000)];

describe('larder.gc', () => {
  it('keeps what manifests name, each once: tags and pins, but nothing that a template leaves open', async () => {
    const texts = [
      podOf('image: nginx:1.27', `image: registry.example/web@${DIGEST}`, 'image: shop/Web'),
      podOf('image: nginx:1.27', 'image: "{{ .Values.image }}"'),
    ];
    const { run, asked } = gc({}, { texts });
    await run;
    const [request] = asked;
    assert.deepEqual(
      request?.keep.map(({ canonical }) => canonical),
      ['docker://registry-1.docker.io/library/nginx:1.27', `docker://registry.example/web@${DIGEST}`],
    );
    assert.deepEqual([request.dryRun, request.gracePeriod], [true, 24 * HOUR]);
  });

  it('says what would go and what stays, and shows nothing of it by itself', async () => {
    const removed = [...IMAGES, removedOf('tree', 1), removedOf('blob', 1), removedOf('blob', 1)];
    const { run, seen } = gc({}, { texts: [podOf('image: nginx')], removed });
    assert.deepEqual(await run, {
      ...{ images: 2, bytes: 2_500_003, size: '2.5 MB' },
      what: '2 images, 1 rendered tree and 2 registry blobs',
      kept:
        'These stay: images that manifests of this workspace name (tags and pins), images that prepared pods use and what was ' +
        'used in the last 24h. Manifests of other workspaces keep nothing; what they name can be fetched again.',
      unread: [],
    });
    assert.deepEqual(seen.shown, []);
    const title = 'begin Looking for what can go from the store';
    assert.deepEqual(seen.progress, [title, '1 manifest', 'looking through the store', 'done']);
  });

  it('says what was freed once it was, and in the log what that is', async () => {
    const { run, asked, seen } = gc({ dryRun: false, gracePeriod: '1h30m' }, { removed: IMAGES });
    await run;
    assert.deepEqual([asked[0]?.dryRun, asked[0]?.gracePeriod], [false, 1.5 * HOUR]);
    assert.deepEqual(seen.shown, [['info', 'Freed 2.5 MB by removing 2 images from the store.']]);
    assert.equal(seen.logged[0], `Removed the image ${IMAGE_ID}: 2.0 MB.`);
  });

  it('says so when there is nothing to free', async () => {
    const told = await gc({ gracePeriod: '0s' }).run;
    assert.equal(told.what, null);
    assert.equal(
      told.kept,
      'These stay: images that manifests of this workspace name (tags and pins) and images that prepared pods use.',
    );
    const { run, seen } = gc({ dryRun: false }, { isGetting: true });
    await run;
    assert.match(
      seen.shown.join(),
      /^info,There was nothing to free\. These stay: .*\. Registry blobs are left alone/,
    );
  });

  it('says that nothing but pods and time keeps an image where no folder is open', async () => {
    const { kept } = await gc({}, { folders: [] }).run;
    assert.equal(
      kept,
      'No folder is open, so no manifest keeps an image. These stay: images that prepared pods use and what was used in the last 24h.',
    );
    const { kept: byOpen } = await gc({}, { folders: [], texts: [podOf('image: nginx')] }).run;
    assert.match(
      byOpen,
      /^No folder is open, so only open manifests keep their images\. These stay: images that the open manifests name/,
    );
  });

  describe('where manifests cannot be read', () => {
    const unread = [LARGE, { path: '/w/b.yaml', why: 'EACCES' }];

    it('says which, and that what they name does not stay', async () => {
      const result = await gc({}, { unread, removed: IMAGES }).run;
      assert.deepEqual(result.unread, unread);
      assert.match(
        result.kept,
        /But \/w\/large\.json \(it is larger than 2 MiB\) and 1 more, which the log names, could not be read, and images that are/,
      );
    });

    it('removes nothing', async () => {
      const { run, asked, seen } = gc({ dryRun: false }, { unread: [LARGE], removed: IMAGES });
      await assert.rejects(run, {
        code: 'E_FILE',
        message:
          /^Nothing was removed, because \/w\/large\.json \(it is larger than 2 MiB\) could not be read and may name/,
      });
      assert.deepEqual(asked, []);
      assert.equal(seen.progress.at(-1), 'done');
    });

    it('goes on when that is accepted', async () => {
      const { run, asked } = gc({ dryRun: false, acceptUnread: true }, { unread });
      await run;
      assert.equal(asked.length, 1);
    });
  });

  it('removes nothing when the search for manifests is cancelled', async () => {
    const { context, seen } = commandContext({});
    const cancelled = new LarderError('E_CANCELLED', 'The search for manifests was cancelled.');
    const manifests: Manifests = {
      ...context.manifests,
      folders: () => Promise.resolve([]),
      // eslint-disable-next-line @typescript-eslint/require-await -- as when it is cancelled at once
      async *everything() {
        throw cancelled;
      },
    };
    const argument = { dryRun: false, gracePeriod: '24h', acceptUnread: true };
    await assert.rejects(collectGarbage(argument, { ...context, manifests }), cancelled);
    assert.equal(seen.progress.at(-1), 'done');
  });
});
