import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HelperAnswers } from '../../../server/src/engine/auth/helper-answers.ts';
import { who, withHome } from './fixture.ts';

const QUESTION = { registry: 'quay.io', helper: 'x', server: 'quay.io', namedBy: '/c.json' };

describe('the answers of helpers', () => {
  it('are asked for once, however many want them, until they are forgotten', () =>
    withHome(async ({ host, helper, asked }) => {
      let secret = 'old';
      await helper('x', () => JSON.stringify({ Username: 'carly', Secret: secret }));
      const answers = new HelperAnswers(host, 'linux');
      const found = await Promise.all([answers.find(QUESTION, undefined), answers.find(QUESTION, undefined)]);
      assert.deepEqual(found.map(who), ['carly:old', 'carly:old']);
      secret = 'new';
      assert.equal(who(await answers.find(QUESTION, undefined)), 'carly:old');
      answers.forget('r.example');
      assert.equal(who(await answers.find(QUESTION, undefined)), 'carly:old');
      answers.forget('QUAY.io');
      assert.equal(who(await answers.find(QUESTION, undefined)), 'carly:new');
      assert.equal(asked.length, 2);
    }));

  it('are remembered when there was nothing', () =>
    withHome(async ({ host, helper, asked }) => {
      await helper('x', () => '{}');
      const answers = new HelperAnswers(host, 'linux');
      for (let times = 0; times < 2; times += 1)
        assert.equal(await answers.find(QUESTION, undefined), undefined);
      assert.equal(asked.length, 1);
    }));

  it('are asked for anew after a failure', () =>
    withHome(async ({ host, helper }) => {
      const ends = [{ exitCode: 1 }, '{"Username":"carly","Secret":"pass"}'];
      await helper('x', () => ends.shift() ?? '');
      const answers = new HelperAnswers(host, 'linux');
      await assert.rejects(answers.find(QUESTION, undefined), { code: 'E_CREDENTIALS' });
      assert.equal(who(await answers.find(QUESTION, undefined)), 'carly:pass');
    }));

  it('come to those who still wait when another has given up', () => {
    const end = Promise.withResolvers<{ exitCode: 0; timedOut: false; stdout: string; stderr: '' }>();
    return withHome(
      async ({ host, helper }) => {
        await helper('x', () => '');
        const answers = new HelperAnswers(host, 'linux');
        const controller = new AbortController();
        const impatient = answers.find(QUESTION, controller.signal);
        const patient = answers.find(QUESTION, new AbortController().signal);
        controller.abort();
        await assert.rejects(impatient, { code: 'E_CANCELLED' });
        end.resolve({ exitCode: 0, timedOut: false, stdout: '{"Username":"a","Secret":"b"}', stderr: '' });
        assert.equal(who(await patient), 'a:b');
      },
      { run: () => end.promise },
    );
  });
});
