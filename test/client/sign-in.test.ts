import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { FetchArguments, FetchResult, SignInArguments } from '../../server/src/protocol.ts';
import { secretStorage } from './secret-storage.ts';
import { seen } from './vscode-stub.ts';

const { KeptCredentials } = await import('../../client/src/kept-credentials.ts');
const { RegistrySignIn } = await import('../../client/src/sign-in.ts');

const FETCH: FetchArguments = {
  images: ['r.example/a:1', 'nginx', 'r.example/b:1'].map((image) => ({
    image,
    syntax: 'docker',
    mode: 'default',
  })),
};
const denied = (image: string, code = 'E_AUTH_REQUIRED'): FetchResult['images'][number] => ({
  image,
  error: { code, message: `${image} is not for everybody.`, subject: 'r.example' },
});

describe('signing in', () => {
  let tried: SignInArguments[];
  /** What the registry says to each try; nothing: it is welcome. */
  let refusals: (object | undefined)[];
  let kept: InstanceType<typeof KeptCredentials>;
  let registries: InstanceType<typeof RegistrySignIn>;

  beforeEach(() => {
    [tried, refusals] = [[], []];
    for (const list of [seen.information, seen.errors, seen.questions, seen.answers, seen.executed])
      list.splice(0);
    seen.isTrusted = true;
    kept = new KeptCredentials(secretStorage(), () => undefined);
    registries = new RegistrySignIn((credentials) => {
      tried.push(credentials);
      const refusal = refusals.shift();
      if (refusal === undefined) return Promise.resolve({ registry: credentials.registry });
      return Promise.reject(Object.assign(new Error('It was refused.'), { data: refusal }));
    }, kept);
  });

  const fetch = async (...images: FetchResult['images']): Promise<void> => {
    const result: FetchResult = { images };
    await registries.executeCommand('larder.fetch', [FETCH], () => Promise.resolve(result));
    for (let turn = 0; turn < 20; turn++) await setImmediate();
  };

  it('asks for a registry, a user and a password, tries them, and keeps what is taken', async () => {
    seen.answers.push(' r.example ', ' carly ', 'open sesame');
    await registries.signIn();
    const credentials = { username: 'carly', password: 'open sesame' };
    assert.deepEqual(tried, [{ registry: 'r.example', ...credentials }]);
    assert.deepEqual(await kept.all(), { 'r.example': credentials });
    assert.deepEqual(seen.information, ['Signed in to r.example as carly.']);
    assert.equal((seen.questions[2]?.options as { password?: boolean }).password, true);
  });

  it('asks for the password again when it is wrong, and says so where it asks', async () => {
    refusals = [{ code: 'E_AUTH_REFUSED' }];
    seen.answers.push('r.example', 'carly', 'wrong', 'right');
    await registries.signIn();
    assert.deepEqual(
      tried.map(({ password }) => password),
      ['wrong', 'right'],
    );
    const said = seen.questions.map(
      ({ options }) => (options as { validationMessage?: string }).validationMessage,
    );
    assert.deepEqual(said.slice(2), [undefined, 'r.example refuses the password of carly.']);
    assert.deepEqual(await kept.all(), { 'r.example': { username: 'carly', password: 'right' } });
  });

  it('tries no empty password', async () => {
    seen.answers.push('r.example', 'carly', '');
    await registries.signIn();
    assert.deepEqual([tried, seen.questions.length], [[], 4]);
    const { validationMessage } = seen.questions[3]?.options as { validationMessage?: string };
    assert.equal(validationMessage, 'Write your password.');
  });

  it('keeps nothing when the registry cannot be asked, and says why', async () => {
    refusals = [{ code: 'E_DNS' }];
    seen.answers.push('r.example', 'carly', 'secret');
    await registries.signIn();
    assert.deepEqual(seen.errors, ['It was refused.']);
    assert.deepEqual(await kept.all(), {});
  });

  it('ends without a word when the person leaves', async () => {
    for (const answers of [[], ['r.example'], ['r.example', 'carly']]) {
      seen.answers.splice(0, Infinity, ...answers);
      await registries.signIn();
    }
    assert.deepEqual([tried, seen.errors, seen.information], [[], [], []]);
  });

  it('is offered once a registry after a fetch that was denied, which then goes on', async () => {
    seen.answers.push('Sign In…', 'carly', 'open sesame');
    const nginx = { image: 'nginx', imageId: 'sha512-1', outcome: 'fetched' };
    await fetch(denied('r.example/a:1'), nginx, denied('r.example/b:1'));
    const words = 'r.example/a:1 needs credentials for r.example, or does not exist. (1 more like this)';
    assert.deepEqual(seen.errors, [words]);
    assert.equal((seen.questions[0]?.options as { title?: string }).title, 'Sign In to r.example (1/2)');
    const images = [FETCH.images[0], FETCH.images[2]];
    assert.deepEqual(seen.executed, [['larder.fetch', { images }]]);
  });

  it('is offered when the credentials that there are do not do', async () => {
    await fetch(denied('r.example/a:1', 'E_AUTH_REFUSED'));
    assert.deepEqual(seen.errors, ['r.example/a:1 is not for everybody.']);
    assert.deepEqual(seen.executed, []);
  });

  it('is not offered for other failures', async () => {
    await fetch(denied('r.example/a:1', 'E_AUTH_REALM'), {
      image: 'nginx',
      error: { code: 'E_AUTH_REQUIRED', message: 'A web server, not a registry.' },
    });
    assert.deepEqual(seen.errors, []);
  });

  it('is not offered in a workspace that is not trusted', async () => {
    seen.isTrusted = false;
    await fetch(denied('r.example/a:1'));
    assert.deepEqual(seen.errors, ['r.example/a:1 is not for everybody.']);
    assert.deepEqual([seen.questions, tried], [[], []]);
  });

  it('can be taken back', async () => {
    await registries.forget();
    assert.deepEqual(seen.information, ['This editor keeps no credentials for registries.']);
    await kept.keep('r.example', { username: 'carly', password: 'open sesame' });
    seen.answers.push('r.example');
    await registries.forget();
    assert.equal(seen.information.at(-1), 'The credentials for r.example are forgotten.');
    assert.deepEqual(await kept.all(), {});
  });
});
