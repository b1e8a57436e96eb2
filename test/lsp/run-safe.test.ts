import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { attempt, describe as describeError, runSafe } from '../../server/src/lsp/run-safe.ts';

function logOf() {
  const lines: string[] = [];
  const write = (message: string): void => void lines.push(message);
  return { lines, log: { debug: write, info: write, warn: write, error: write } };
}

describe('runSafe', () => {
  it('gives what the handler gives', async () => {
    const { log } = logOf();
    const handler = runSafe('doubling', 0, log, (n: number) => n * 2);
    assert.equal(await handler(21, CancellationToken.None), 42);
  });

  it('logs an error and gives the fallback', async () => {
    const { lines, log } = logOf();
    const fail = (): number => {
      throw new Error('by zero');
    };
    assert.equal(await runSafe('dividing', 0, log, fail)(null, CancellationToken.None), 0);
    assert.match(lines.join(), /dividing failed: Error: by zero/);
  });

  it('treats a rejection like an error', async () => {
    const { lines, log } = logOf();
    const handler = runSafe('asking', 'nothing', log, () => Promise.reject(new Error('no')));
    assert.equal(await handler(null, CancellationToken.None), 'nothing');
    assert.equal(lines.length, 1);
  });

  it('does not begin what was cancelled', async () => {
    const { log } = logOf();
    let begun = false;
    const handler = runSafe('working', null, log, () => {
      begun = true;
      return null;
    });
    const answer = await handler(null, CancellationToken.Cancelled);
    assert(answer instanceof ResponseError);
    assert.equal(answer.code, LSPErrorCodes.RequestCancelled);
    assert.equal(begun, false);
  });
});

describe('attempt', () => {
  it('logs what nobody waits for', () => {
    const { lines, log } = logOf();
    attempt('pushing', log, () => {
      throw new Error('closed');
    });
    assert.match(lines.join(), /pushing failed: Error: closed/);
  });
});

describe('describe', () => {
  it('tells the causes, and things that are no errors', () => {
    const error = new Error('outer', { cause: new Error('inner', { cause: 'root' }) });
    const text = describeError(error);
    assert.match(text, /outer[^]*caused by Error: inner[^]*caused by root/);
    assert.equal(describeError(7), '7');
  });
});
