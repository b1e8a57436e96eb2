import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isExhausted, limitWords } from '../../client/src/limit-words.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const LIMIT = { host: 'r.example', limit: null, remaining: null, retryAt: null };

describe('the limits of a host', () => {
  it('are told as far as the host tells them', () => {
    assert.deepEqual(limitWords([LIMIT], NOW), []);
    assert.deepEqual(limitWords([{ ...LIMIT, remaining: 3 }], NOW), ['3 requests left at r.example']);
    const [words = ''] = limitWords([{ ...LIMIT, remaining: 3, retryAt: NOW + 60_000 }], NOW);
    assert.ok(words.startsWith('r.example asks to be left alone until '));
    assert.ok(words.endsWith(new Date(NOW + 60_000).toLocaleTimeString()));
  });

  it('are told first where they are tightest', () => {
    const limits = [
      { ...LIMIT, host: 'a.example', remaining: 9 },
      { ...LIMIT, host: 'b.example', remaining: 3 },
      { ...LIMIT, host: 'c.example', remaining: 50, retryAt: NOW + 1 },
    ];
    const hosts = limitWords(limits, NOW).map((words) => /\w\.example/.exec(words)?.[0]);
    assert.deepEqual(hosts, ['c.example', 'b.example', 'a.example']);
  });

  it('are exhausted when nothing is left, or for as long as it asks to be left alone', () => {
    assert.equal(isExhausted({ ...LIMIT, remaining: 0 }, NOW), true);
    assert.equal(isExhausted({ ...LIMIT, remaining: 1 }, NOW), false);
    assert.equal(isExhausted({ ...LIMIT, retryAt: NOW + 1 }, NOW), true);
    assert.equal(isExhausted({ ...LIMIT, retryAt: NOW }, NOW), false);
  });
});
