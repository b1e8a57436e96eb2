import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import { pulledDiagnostics, pushedDiagnostics } from '../../server/src/lsp/diagnostics-feed.ts';
import type { DiagnosticsFeed } from '../../server/src/lsp/diagnostics-feed.ts';

const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };

describe('pushed diagnostics', () => {
  let sent: PublishDiagnosticsParams[];
  let failed: string[];
  let open: string[];
  let feed: DiagnosticsFeed;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    [sent, failed, open] = [[], [], []];
    const fail = (message: string): void => void failed.push(message);
    const sendDiagnostics = (params: PublishDiagnosticsParams): Promise<void> => {
      sent.push(params);
      return Promise.resolve();
    };
    feed = pushedDiagnostics(
      { sendDiagnostics },
      { debug: fail, info: fail, warn: fail, error: fail },
      {
        compute: (uri) => {
          if (uri === 'broken') throw new Error('cannot be read');
          return [{ range, message: uri }];
        },
        open: () => open,
      },
    );
  });
  afterEach(() => mock.timers.reset());

  it('come once typing rests', () => {
    feed.changed('a');
    mock.timers.tick(100);
    feed.changed('a');
    mock.timers.tick(100);
    assert.deepEqual(sent, []);
    mock.timers.tick(100);
    assert.deepEqual(sent, [{ uri: 'a', diagnostics: [{ range, message: 'a' }] }]);
  });

  it('are taken back from a document that is closed, even while they are being made', () => {
    feed.changed('a');
    feed.closed('a');
    mock.timers.tick(1000);
    assert.deepEqual(sent, [{ uri: 'a', diagnostics: [] }]);
  });

  it('come again for every open document on a refresh', () => {
    open = ['a', 'b'];
    feed.refresh();
    mock.timers.tick(1000);
    assert.deepEqual(
      sent.map(({ uri }) => uri),
      ['a', 'b'],
    );
  });

  it('of one document that fails cost no other', () => {
    feed.changed('broken');
    feed.changed('b');
    mock.timers.tick(1000);
    assert.deepEqual(
      sent.map(({ uri }) => uri),
      ['b'],
    );
    assert.match(failed.join(), /cannot be read/);
  });
});

describe('pulled diagnostics', () => {
  it('are asked for again only when something beside the documents has changed', () => {
    let asked = 0;
    const feed = pulledDiagnostics({ diagnostics: () => asked++ });
    feed.changed('a');
    feed.closed('a');
    assert.equal(asked, 0);
    feed.refresh();
    assert.equal(asked, 1);
  });
});
