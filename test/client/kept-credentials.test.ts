import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { KeptCredentials } from '../../client/src/kept-credentials.ts';
import { secretStorage } from './secret-storage.ts';

const CARLY = { username: 'carly', password: 'open sesame' };
const DANA = { username: 'dana', password: 'swordfish' };

describe('kept credentials', () => {
  it('are there for every window, which hear of each change', async () => {
    const secrets = secretStorage();
    const heard: unknown[] = [];
    const one = new KeptCredentials(secrets, () => undefined);
    const other = new KeptCredentials(secrets, (registries) => heard.push(registries));
    assert.deepEqual(await one.all(), {});
    await one.keep('r.example', CARLY);
    await one.keep('s.example', DANA);
    assert.deepEqual(await other.all(), { 'r.example': CARLY, 's.example': DANA });
    await one.forget('r.example');
    await setImmediate();
    assert.deepEqual(heard.at(-1), { 's.example': DANA });
    one.dispose();
    other.dispose();
  });

  it('are in force when to keep or to forget them is done', async () => {
    const secrets = secretStorage();
    const heard: unknown[] = [];
    const kept = new KeptCredentials(secrets, (registries) => heard.push(registries));
    await kept.keep('r.example', CARLY);
    assert.deepEqual(heard.at(-1), { 'r.example': CARLY });
    await kept.forget('r.example');
    assert.deepEqual(heard.at(-1), {});
    assert.equal(secrets.entries.size, 0);
    kept.dispose();
  });
});
