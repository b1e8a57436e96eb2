import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { execute } from '../../server/src/commands/execute.ts';
import { parseSignInArguments } from '../../server/src/commands/sign-in.ts';
import { LarderError } from '../../server/src/domain/errors.ts';
import type { SignInArguments } from '../../server/src/protocol.ts';
import { commandContext } from './fixture.ts';

const CARLY = { username: 'carly', password: 'open sesame' };

describe('the arguments of a sign-in', () => {
  it('name a registry as people do, and become its host', () => {
    assert.deepEqual(parseSignInArguments({ registry: 'docker.io', ...CARLY }), {
      registry: 'registry-1.docker.io',
      ...CARLY,
    });
  });

  it('are refused without a word of the password', () => {
    for (const argument of [
      CARLY,
      { registry: 'https://r.example', ...CARLY },
      { registry: 'r.example', password: CARLY.password },
      { registry: 'r.example', username: '', password: CARLY.password },
      { registry: 'r.example', username: 'carly', password: '' },
      { registry: 'r.example', username: 'carly', password: CARLY.password.repeat(1000) },
      [CARLY.password],
      null,
    ]) {
      assert.throws(
        () => parseSignInArguments(argument),
        (error) => error instanceof LarderError && !error.message.includes(CARLY.password),
      );
    }
  });
});

describe('larder.signIn', () => {
  it('has the registry asked, and answers its host', async () => {
    const asked: SignInArguments[] = [];
    const { context, seen } = commandContext({
      signIn: (_, wanted) => Promise.resolve(void asked.push(wanted)),
    });
    const result = await execute('larder.signIn', { registry: 'r.example', ...CARLY }, context);
    assert.deepEqual(result, { registry: 'r.example' });
    assert.deepEqual(asked, [{ registry: 'r.example', ...CARLY }]);
    assert.deepEqual(seen.progress, ['begin Signing in to r.example', 'done']);
    assert.deepEqual(seen.logged, ['r.example takes the credentials of carly.']);
  });

  it('ends its progress when the registry refuses', async () => {
    const { context, seen } = commandContext({
      signIn: () => Promise.reject(new LarderError('E_AUTH_REFUSED', 'No.')),
    });
    await assert.rejects(
      execute('larder.signIn', { registry: 'r.example', ...CARLY }, context) ?? Promise.resolve(),
      {
        code: 'E_AUTH_REFUSED',
      },
    );
    assert.equal(seen.progress.at(-1), 'done');
  });
});
