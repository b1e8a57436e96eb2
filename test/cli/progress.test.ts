import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { progressView } from '../../server/src/cli/progress.ts';
import { Kept } from './fake-terminal.ts';

describe('progressView', () => {
  it('writes a line for each phase where there is no terminal', () => {
    const output = new Kept();
    const view = progressView(output);
    const { update, end } = view.start('nginx\u001b');
    update({ phase: 'resolve', received: 0, total: null });
    update({ phase: 'download', received: 0, total: null });
    update({ phase: 'download', received: 0, total: 2_000_000 });
    update({ phase: 'download', received: 1_000_000, total: 2_000_000 });
    update({ phase: 'convert', received: 2_000_000, total: 2_000_000 });
    end();
    view.log('done');
    view.stop();
    assert.deepEqual(output.text.split('\n'), [
      'nginx\\u{1b}: asking the registry',
      'nginx\\u{1b}: downloading 2.0 MB',
      'nginx\\u{1b}: converting',
      'done',
      '',
    ]);
  });

  it('draws a bar with bytes on a terminal', () => {
    const output = new Kept(true);
    const view = progressView(output);
    view.start('nginx').update({ phase: 'download', received: 1_000_000, total: 2_000_000 });
    view.stop();
    assert.match(output.text, /nginx \[=+-+\] 1\.0 MB\/2\.0 MB downloading/);
    assert.ok(
      !/\u001b\[\?(?:25|7)l/.test(output.text),
      'the cursor and the wrapping of lines are left alone',
    );
  });

  it('writes lines that come after the last drawing', () => {
    const output = new Kept(true);
    const view = progressView(output);
    const { end } = view.start('nginx');
    end();
    view.log('the last line');
    view.stop();
    assert.match(output.text, /the last line\n/);
  });
});
