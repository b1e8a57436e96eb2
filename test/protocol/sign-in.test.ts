import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Command, CredentialsNotification } from '../../server/src/protocol.ts';
import type {
  FetchArguments,
  FetchResult,
  SignInArguments,
  SignInResult,
} from '../../server/src/protocol.ts';
import { buildImage } from '../helpers/images.ts';
import { startRegistry } from '../helpers/registry.ts';
import type { Registry } from '../helpers/registry.ts';
import { workbench } from './fixture.ts';
import type { Workbench } from './fixture.ts';

const CARLY = { username: 'carly', password: 'open-sesame-17' };

describe('a private registry over the protocol', () => {
  let registry: Registry;
  before(async () => {
    registry = await startRegistry();
    registry.push('shop/web', '1', await buildImage({ layers: [{ files: [{ name: 'a', content: 'a' }] }] }));
    registry.requirePassword(CARLY.username, CARLY.password);
  });
  after(() => registry.close());

  const fetch = async ({ client }: Workbench, mode: 'default' | 'remote' = 'default') => {
    const image = `${registry.host}/shop/web:1`;
    const argument: FetchArguments = { images: [{ image, syntax: 'docker', mode }] };
    const { images } = await client.execute<FetchResult>(Command.fetch, argument);
    return images[0];
  };
  const signIn = ({ client }: Workbench, password: string): Promise<SignInResult> => {
    const argument: SignInArguments = { registry: registry.host, ...CARLY, password };
    return client.execute<SignInResult>(Command.signIn, argument);
  };

  it('lets in who has signed in, and nobody else', async () => {
    await using bench = await workbench();
    const { client } = bench;
    const denied = await fetch(bench);
    assert(denied !== undefined && 'error' in denied);
    assert.deepEqual([denied.error.code, denied.error.subject], ['E_AUTH_REQUIRED', registry.host]);

    await assert.rejects(signIn(bench, 'wrong'), {
      message: /refuses the credentials of carly from what was typed/,
      data: { code: 'E_AUTH_REFUSED' },
    });
    assert.deepEqual(await signIn(bench, CARLY.password), { registry: registry.host });
    // Nothing of it is kept by the server.
    assert('error' in ((await fetch(bench)) ?? {}));

    await client.connection.sendNotification(CredentialsNotification, {
      registries: { [registry.host]: CARLY, 'other.example': { username: 'x' }, broken: 7 },
    });
    const fetched = await fetch(bench);
    assert(fetched !== undefined && 'outcome' in fetched, JSON.stringify(fetched));
    assert.equal(fetched.outcome, 'fetched');

    await client.connection.sendNotification(CredentialsNotification, { registries: {} });
    const again = await fetch(bench, 'remote');
    assert(again !== undefined && 'error' in again);
    assert.equal(again.error.code, 'E_AUTH_REQUIRED');
    const { logged, shown, statuses, progress } = client.received;
    const told = JSON.stringify([logged, shown, statuses, progress, denied, again]);
    assert.ok(!told.includes(CARLY.password));
  });

  it('is left to the client to speak of, where that offers to sign in', async () => {
    for (const [offersSignIn, shown] of [
      [true, 0],
      [false, 1],
    ] as const) {
      await using bench = await workbench({ initializationOptions: { client: { offersSignIn } } });
      await fetch(bench);
      assert.equal(bench.client.received.shown.length, shown);
    }
  });

  it('tells how often it may be asked, and that stands in the status', async () => {
    await using bench = await workbench();
    const headers = { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '7;w=21600' };
    registry.misbehave('', { kind: 'headers', headers });
    await fetch(bench);
    registry.behave();
    const { received } = bench.client;
    const { limits } = await received.until('limits in the status', () =>
      received.statuses.findLast((status) => status.limits.length > 0),
    );
    assert.deepEqual(limits, [{ host: registry.host, limit: 100, remaining: 7, retryAt: null }]);
  });

  it('is named as it stands in references, or refused', async () => {
    await using bench = await workbench();
    for (const argument of [
      { registry: 'https://r.example/', ...CARLY },
      { registry: 'r.example', username: '', password: 'x' },
      { registry: 'r.example', username: 'x' },
      7,
    ]) {
      await assert.rejects(bench.client.execute(Command.signIn, argument), (error: Error) => {
        assert.ok(!error.message.includes(CARLY.password));
        return true;
      });
    }
  });
});
