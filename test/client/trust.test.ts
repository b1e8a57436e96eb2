import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { FetchArguments, FetchResult, KeyFound } from '../../server/src/protocol.ts';
import { seen } from './vscode-stub.ts';

const { KeyTrust, imageName } = await import('../../client/src/trust.ts');

const KEY: KeyFound = {
  origin: 'https://example.com/keys',
  fingerprint: '8b86de38890ddb7291867b025210bd8888182190',
  subkeys: ['ab'.repeat(20)],
  identities: ['Carly <carly@example.com>'],
  algorithm: 'RSA 4096',
  created: Date.UTC(2025, 0, 9),
  expires: null,
  problem: null,
  armored: 'the key',
};
const FETCH: FetchArguments = {
  images: ['example.com/app:1', 'example.com/db:2'].map((image) => ({
    image,
    syntax: 'appc',
    mode: 'default',
  })),
  noCache: false,
};
const UNTRUSTED: FetchResult['images'][number] = {
  image: 'example.com/app:1',
  error: { code: 'E_SIGNATURE_UNTRUSTED', message: 'It is not trusted.', subject: 'example.com/base' },
};
const DISCOVER = '$(search) Discover';

describe('trust', () => {
  let run: [command: string, argument: unknown][];
  let keys: KeyFound[];
  let failure: Error | undefined;

  beforeEach(() => {
    [run, keys, failure] = [[], [KEY], undefined];
    for (const list of [seen.information, seen.errors, seen.questions, seen.answers, seen.executed])
      list.splice(0);
    seen.isTrusted = true;
  });

  const trust = new KeyTrust((command, argument) => {
    run.push([command, argument]);
    if (failure !== undefined) return Promise.reject(failure);
    return Promise.resolve(command === 'larder.inspectKeys' ? { keys } : { path: '/key' });
  });
  const ranCommands = (): string[] => run.map(([command]) => command);

  describe('by the palette', () => {
    it('asks what for and which key, shows it, and trusts it after a clear yes', async () => {
      seen.answers.push('example.com', DISCOVER, 'Trust Key');
      await trust.trustKey('example.com/app');
      const [box, , dialog] = seen.questions;
      assert.equal((box?.options as { value?: string }).value, 'example.com/app');
      assert.equal(dialog?.about, 'Trust this key for example.com and example.com/…?');
      const { modal, detail } = dialog.options as { modal: boolean; detail: string };
      assert.equal(modal, true);
      assert.deepEqual(detail.split('\n').slice(0, 5), [
        'Fingerprint: 8B86 DE38 890D DB72 9186 7B02 5210 BD88 8818 2190',
        `Subkey: ${Array.from({ length: 10 }, () => 'ABAB').join(' ')}`,
        'Identity: Carly <carly@example.com>',
        'Made: RSA 4096, created 2025-01-09, never expires',
        'From: https://example.com/keys',
      ]);
      assert.deepEqual(run, [
        ['larder.inspectKeys', { scope: 'example.com' }],
        ['larder.trust', { scope: 'example.com', fingerprint: KEY.fingerprint, armored: KEY.armored }],
      ]);
      assert.deepEqual(seen.information, ['The key is trusted for example.com and example.com/… now.']);
    });

    it('takes keys from URLs and files', async () => {
      seen.answers.push('example.com', '$(link) URL…', ' https://example.com/key ');
      await trust.trustKey('');
      seen.answers.push('example.com', '$(file) File…', [{ fsPath: '/keys/a.asc' }]);
      await trust.trustKey('');
      assert.deepEqual(run, [
        ['larder.inspectKeys', { scope: 'example.com', key: 'https://example.com/key' }],
        ['larder.inspectKeys', { scope: 'example.com', key: '/keys/a.asc' }],
      ]);
    });

    it('trusts nothing without a clear yes, at whichever question', async () => {
      for (const answers of [
        [],
        ['example.com'],
        ['example.com', '$(link) URL…'],
        ['example.com', DISCOVER],
      ]) {
        seen.answers.push(...answers);
        await trust.trustKey('');
      }
      assert.deepEqual(ranCommands(), ['larder.inspectKeys']);
      assert.deepEqual([seen.information, seen.errors], [[], []]);
    });

    it('asks about each key', async () => {
      keys = [KEY, { ...KEY, fingerprint: 'cd'.repeat(20) }];
      seen.answers.push('example.com', DISCOVER, undefined, 'Trust Key');
      await trust.trustKey('');
      assert.equal((run[1]?.[1] as KeyFound).fingerprint, 'cd'.repeat(20));
      assert.equal(run.length, 2);
    });

    it('lets the server refuse a key that is of no use, without asking', async () => {
      keys = [{ ...KEY, problem: 'it has expired' }];
      seen.answers.push('example.com', DISCOVER);
      await trust.trustKey('');
      assert.deepEqual(ranCommands(), ['larder.inspectKeys', 'larder.trust']);
      assert.equal(seen.questions.filter(({ kind }) => kind === 'dialog').length, 0);
    });

    it('shows why it failed, in one sentence, but not to who has cancelled', async () => {
      for (const code of ['E_DISCOVERY', 'E_CANCELLED']) {
        failure = Object.assign(new Error(`It failed with ${code}.`), { data: { code } });
        seen.answers.push('example.com', DISCOVER);
        await trust.trustKey('');
      }
      assert.deepEqual(seen.errors, ['It failed with E_DISCOVERY.']);
      assert.deepEqual(seen.information, []);
    });
  });

  describe('after a fetch', () => {
    const after = async (command: string, images: FetchResult['images'] | undefined): Promise<void> => {
      const result = images && { images };
      assert.equal(await trust.executeCommand(command, [FETCH], () => Promise.resolve(result)), result);
      // The command is answered at once; what follows waits for answers that are there already.
      await setImmediate();
    };

    it('that failed for want of a trusted key, offers one for the name that lacks it, and to fetch again', async () => {
      seen.answers.push('Trust a Key…', 'example.com/base', DISCOVER, 'Trust Key', 'Fetch');
      await after('larder.fetch', [
        UNTRUSTED,
        { image: 'example.com/db:2', imageId: 'id', outcome: 'fetched' },
      ]);
      assert.deepEqual(seen.errors, ['It is not trusted.']);
      assert.equal((seen.questions[0]?.options as { value?: string }).value, 'example.com/base');
      assert.deepEqual(ranCommands(), ['larder.inspectKeys', 'larder.trust']);
      assert.deepEqual(seen.executed, [
        ['larder.fetch', { images: FETCH.images.slice(0, 1), noCache: false }],
      ]);
    });

    it('fetches nothing when no key was trusted, or nobody wants to', async () => {
      for (const answers of [[], ['Trust a Key…'], ['Trust a Key…', 'example.com', DISCOVER, 'Trust Key']]) {
        seen.answers.push(...answers);
        await after('larder.fetch', [UNTRUSTED, UNTRUSTED]);
      }
      assert.equal(seen.errors[0], 'It is not trusted. (1 more like this)');
      assert.deepEqual(seen.executed, []);
    });

    it('says what is missing in a workspace that is not trusted, and offers nothing', async () => {
      seen.isTrusted = false;
      seen.answers.push('Trust a Key…');
      await after('larder.fetch', [UNTRUSTED]);
      assert.deepEqual([seen.errors, seen.questions], [['It is not trusted.'], []]);
    });

    it('of any other end, or another command, does nothing', async () => {
      const failed = { image: 'a', error: { code: 'E_DNS', message: 'No such host.' } };
      await after('larder.fetch', [failed, failed]);
      await after('larder.fetch', undefined);
      await after('larder.refresh', [UNTRUSTED]);
      assert.deepEqual(seen.errors, []);
    });
  });
});

describe('the name that an image goes by', () => {
  for (const [image, syntax, name] of [
    ['example.com/app', 'appc', 'example.com/app'],
    ['example.com/app:1.0,os=linux', 'appc', 'example.com/app'],
    ['example.com/app,os=linux', 'appc', 'example.com/app'],
    ['sha512-0123456789', 'appc', ''],
    ['example.com/app:1', 'docker', ''],
  ] as const) {
    it(`of ${syntax} ${image} is "${name}"`, () => {
      assert.equal(imageName({ image, syntax }), name);
    });
  }
});
