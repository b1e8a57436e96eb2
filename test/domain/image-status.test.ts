import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LarderError } from '../../server/src/domain/errors.ts';
import { rememberingParser, statusReader } from '../../server/src/domain/image-status.ts';
import type { ImageStatus } from '../../server/src/domain/image-status.ts';
import type { StoreState } from '../../server/src/domain/store-view.ts';
import type { ManifestImage } from '../../server/src/manifest/manifest.ts';
import { sourceOf } from '../helpers/manifest-image.ts';
import { NOW, dockerRecord, tagged } from '../helpers/records.ts';
import { FakeStoreView, UNREADABLE, storeOf } from '../helpers/store-view.ts';

const platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };
const reader = (store: StoreState): ReturnType<typeof statusReader> =>
  statusReader({ store, platform, now: NOW }, rememberingParser());
const known = (status: ImageStatus): Extract<ImageStatus, { kind: 'image' }> => {
  assert.ok(status.kind === 'image');
  return status;
};

describe('statusReader', () => {
  it('tells what the store has and how fresh it is', () => {
    const record = dockerRecord();
    const status = known(
      reader(storeOf({ [tagged.canonical]: record }))(sourceOf('registry.example/shop/web:1.4')),
    );
    assert.deepEqual(status.image, tagged);
    assert.equal(status.stored.kind === 'known' && status.stored.record, record);
    assert.equal(status.stored.kind === 'known' && status.stored.freshness.state, 'current');
  });

  it('asks the store once for an image, however often it is named', () => {
    const view = new FakeStoreView({});
    const statusOf = reader({ kind: 'ready', view });
    statusOf(sourceOf('nginx:1.27'));
    statusOf(sourceOf('nginx:1.27', { pullPolicy: 'Never' }));
    assert.deepEqual(view.lookups, ['docker://registry-1.docker.io/library/nginx:1.27 linux/arm64/v8']);
  });

  it('leaves templated values alone', () => {
    assert.deepEqual(reader(storeOf({}))(sourceOf('{{ .Values.image }}', { unresolved: true })), {
      kind: 'unresolved',
    });
  });

  it('keeps the error of an invalid reference', () => {
    const status = reader(storeOf({}))(sourceOf('shop/Web'));
    assert.equal(status.kind === 'invalid' && status.error.code, 'E_REF');
  });

  it('says why the store is not known', () => {
    assert.deepEqual(known(reader(UNREADABLE)(sourceOf('nginx'))).stored, UNREADABLE);
  });

  it('says why a look-up failed', () => {
    const view = new FakeStoreView({});
    view.find = () => {
      throw new LarderError('E_AMBIGUOUS', 'Two images fit.');
    };
    assert.deepEqual(known(reader({ kind: 'ready', view })(sourceOf('nginx'))).stored, {
      kind: 'unknown',
      why: 'Two images fit.',
    });
  });

  it('tells the effective policy, and none where what is written is not one', () => {
    const policyOf = (pullPolicy?: string): string | undefined =>
      known(reader(storeOf({}))(sourceOf('nginx:1', pullPolicy === undefined ? {} : { pullPolicy }))).policy
        ?.policy;
    assert.equal(policyOf('Never'), 'Never');
    assert.equal(policyOf(), 'IfNotPresent');
    assert.equal(policyOf(''), 'IfNotPresent');
    assert.equal(policyOf('never'), undefined);
    assert.equal(
      known(reader(storeOf({}))(sourceOf('example.com/app', { syntax: 'appc' }))).policy,
      undefined,
    );
  });
});

describe('rememberingParser', () => {
  it('parses a text once for each platform and syntax', () => {
    const parse = rememberingParser();
    assert.equal(parse(sourceOf('nginx'), platform), parse(sourceOf('nginx'), platform));
    const appc = sourceOf('nginx', { syntax: 'appc' });
    assert.notEqual(parse(appc, platform), parse(sourceOf('nginx'), platform));
    assert.notEqual(parse(appc, platform), parse(appc, { os: 'linux', architecture: 'amd64' }));
  });

  it('reads docker images by the short names that there are now', () => {
    let aliases: ReadonlyMap<string, string> | undefined;
    const parse = rememberingParser(() => aliases);
    const canonical = (source: ManifestImage): string => {
      const parsed = parse(source, platform);
      return 'kind' in parsed ? parsed.canonical : parsed.error.message;
    };
    const [nginx, app] = [sourceOf('nginx'), sourceOf('nginx', { syntax: 'appc' })];
    const [hub, appc] = [canonical(nginx), canonical(app)];
    aliases = new Map([['nginx', 'quay.io/team/nginx']]);
    assert.equal(canonical(nginx), 'docker://quay.io/team/nginx:latest');
    assert.equal(parse(nginx, platform), parse(nginx, platform));
    assert.equal(canonical(app), appc);
    aliases = new Map();
    assert.equal(canonical(nginx), hub);
  });

  it('does not remember what is too long to be a reference', () => {
    const parse = rememberingParser();
    const long = sourceOf('a'.repeat(5_000));
    assert.notEqual(parse(long, platform), parse(long, platform));
  });

  it('forgets when it has seen very many texts', () => {
    const parse = rememberingParser();
    const first = parse(sourceOf('nginx'), platform);
    for (let index = 0; index < 20_000; index++) parse(sourceOf(`app${index}`), platform);
    assert.notEqual(parse(sourceOf('nginx'), platform), first);
  });
});
