import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LogOutputChannel } from 'vscode';
import { redactedLog } from '../../client/src/redacted-log.ts';

describe('the redacted log', () => {
  it('writes a trace without secrets, and everything else as it is', () => {
    const written: string[] = [];
    const log = {
      name: 'Larder',
      trace: (message: string) => written.push(`trace ${message}`),
      info: (message: string) => written.push(`info ${message}`),
    } as unknown as LogOutputChannel;
    const secrets = new Set(['open "sesame"', '']);
    const redacted = redactedLog(log, () => secrets);
    redacted.trace(`params: ${JSON.stringify({ password: 'open "sesame"', registry: 'r.example' })}`);
    redacted.info('ready');
    secrets.add('later');
    redacted.trace('later and later');
    assert.deepEqual(written, [
      'trace params: {"password":"(secret)","registry":"r.example"}',
      'info ready',
      'trace (secret) and (secret)',
    ]);
    assert.equal(redacted.name, 'Larder');
  });
});
