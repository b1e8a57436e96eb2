import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const LARDER = join(import.meta.dirname, '../../dist/larder.js');
/** Nobody listens at port 1, so that nothing comes of it. */
const REGISTRY = '127.0.0.1:1';

/** Runs `larder login` on a terminal of its own (util-linux's script), and types when it is asked. */
async function type(...keys: readonly string[]): Promise<{ shown: string; code: number | null }> {
  const home = await mkdtemp(join(tmpdir(), 'larder-login-'));
  const command = `'${process.execPath}' '${LARDER}' login ${REGISTRY}`;
  const env = { PATH: process.env['PATH'], HOME: home, XDG_RUNTIME_DIR: home, TERM: 'dumb' };
  const child = spawn('script', ['-qec', command, '/dev/null'], { env, stdio: 'pipe' });
  const questions = ['User name for', 'Password of'];
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    shown += piece;
    if (!shown.includes(questions[0] ?? '\0') || !shown.endsWith(': ')) return;
    questions.shift();
    child.stdin.write(keys[1 - questions.length] ?? '');
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once('error', reject).once('close', resolve),
    );
    return { shown, code };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

describe('larder login on a terminal', () => {
  it('does not show the password, and lets it be corrected', async () => {
    const { shown, code } = await type('carly\n', 'hunteX\x7fr2\r');
    assert.match(shown, /User name for 127\.0\.0\.1:1: carly\r\nPassword of carly for 127\.0\.0\.1:1: \r\n/);
    assert.doesNotMatch(shown, /hunte/);
    assert.match(shown, /\[E_OFFLINE\]/);
    assert.equal(code, 1);
  });

  it('is cancelled by Ctrl-C while it asks for the password', async () => {
    const { shown, code } = await type('carly\n', 'hunt\x03');
    assert.doesNotMatch(shown, /hunt/);
    assert.match(shown, /\[E_CANCELLED\]/);
    assert.equal(code, 130);
  });
});
