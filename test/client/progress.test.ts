import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { seen } from './vscode-stub.ts';

const { ProgressNotifications } = await import('../../client/src/progress.ts');
const BEGIN = { kind: 'begin', title: 'Fetching nginx:1.27', cancellable: true, percentage: 0 } as const;

describe('ProgressNotifications', () => {
  beforeEach(() => {
    seen.progress.splice(0);
    mock.timers.enable({ apis: ['setTimeout'] });
  });
  afterEach(() => mock.timers.reset());
  const wait = (): void => mock.timers.tick(1000);

  function notifications() {
    const cancelled: unknown[] = [];
    const passed: string[] = [];
    const shown = new ProgressNotifications((token) => cancelled.push(token));
    const handle = (token: string, value: Parameters<typeof shown.handle>[1]): void =>
      shown.handle(token, value, (_, { kind }) => passed.push(kind));
    return { shown, handle, cancelled, passed };
  }
  const only = () => {
    const [progress, ...others] = seen.progress;
    assert(progress !== undefined && others.length === 0);
    return progress;
  };

  it('show a progress as a notification, from its begin to its end', async () => {
    const { handle } = notifications();
    handle('a', BEGIN);
    wait();
    assert.deepEqual([only().title, only().location, only().open], ['Fetching nginx:1.27', 15, true]);
    handle('a', { kind: 'end' });
    await new Promise(setImmediate);
    assert.equal(only().open, false);
  });

  it('do not flash for what ends at once', () => {
    const { handle, passed } = notifications();
    handle('a', BEGIN);
    handle('a', { kind: 'end' });
    wait();
    assert.deepEqual([seen.progress, passed], [[], ['end']]);
  });

  it('tell what was reported before they are there', () => {
    const { handle } = notifications();
    handle('a', BEGIN);
    handle('a', { kind: 'report', percentage: 30, message: '1.2 of 4.0 MB' });
    wait();
    assert.deepEqual(only().reports, [{ message: '1.2 of 4.0 MB', increment: 30 }]);
  });

  it('turn percentages into increments that never go back', () => {
    const { handle } = notifications();
    handle('a', BEGIN);
    wait();
    handle('a', { kind: 'report', percentage: 30, message: '1.2 of 4.0 MB' });
    handle('a', { kind: 'report', percentage: 20 });
    handle('a', { kind: 'report', percentage: 50 });
    assert.deepEqual(only().reports, [
      { increment: 0 },
      { message: '1.2 of 4.0 MB', increment: 30 },
      { increment: 0 },
      { increment: 20 },
    ]);
  });

  it('tell the server which one the user cancels', () => {
    const { handle, cancelled } = notifications();
    handle('a', BEGIN);
    wait();
    assert.equal(only().cancellable, true);
    only().cancel();
    assert.deepEqual(cancelled, ['a']);
  });

  it('keep the status bar out of it, but let the client forget the token', () => {
    const { handle, passed } = notifications();
    handle('a', BEGIN);
    handle('a', { kind: 'report', percentage: 30 });
    handle('a', { kind: 'end' });
    assert.deepEqual(passed, ['end']);
  });

  it('are all closed when the server has gone', async () => {
    const { shown, handle } = notifications();
    handle('a', BEGIN);
    handle('b', BEGIN);
    wait();
    handle('c', BEGIN);
    shown.clear();
    wait();
    await new Promise(setImmediate);
    assert.equal(seen.progress.length, 2);
    assert(seen.progress.every(({ open }) => !open));
  });
});
