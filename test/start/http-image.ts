import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import pc from 'picocolors';
import { buildAci } from '../helpers/aci.ts';
import { startOrigin } from '../helpers/origin.ts';
import { larder, startLarder } from '../real/larder.ts';
import { say } from './print.ts';

/** How long the server says that its answer stays fresh: enough for the commands in between, short enough to wait for. */
const SECONDS = 3;

/**
 * An image on a web server as its freshness comes and goes (RFC 9111), with the bundled command line.
 * @param store where it is kept
 */
export async function showHttpImage(store: string): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const origin = cleanup.adopt(await startOrigin(), (it) => it.close());
  const url = `${origin.url}/app.aci`;
  const headers = { etag: '"one"', 'cache-control': `max-age=${SECONDS}` };
  origin.serve('/app.aci', { body: buildAci().gzip, headers });

  const fetch = async (): Promise<readonly string[]> => {
    const flags = ['--force-fetch', '--insecure-options=image'];
    say(pc.bold(`▸ larder fetch ${flags.join(' ')} ${url}`));
    const { code, stderr } = await startLarder('fetch', '--dir', store, ...flags, url).finished;
    assert.equal(code, 0, stderr);
    say(`  ${stderr.trim().split('\n').at(-1) ?? ''}`);
    const lines = origin.takeLines();
    say(pc.dim(`  asked of the server: ${lines.length === 0 ? 'nothing' : lines.join(', ')}`));
    return lines;
  };
  const explain = async (): Promise<void> => {
    const rows = (await larder('explain', '--dir', store, url)).split('\n');
    for (const row of rows) if (/^ {2}freshness /.test(row)) say(pc.cyan(row));
  };

  say(`The server says: ETag ${headers.etag}, Cache-Control ${headers['cache-control']}`);
  assert.deepEqual(await fetch(), ['/app.aci → 200']);
  say('\nWhile that is fresh, not even --force-fetch asks anything:');
  await fetch();
  await explain();
  const [{ freshness }] = JSON.parse(await larder('explain', '--json', '--dir', store, url)) as [
    { freshness: { until: string | null } },
  ];
  const left = freshness.until === null ? 0 : Date.parse(freshness.until) - Date.now();
  say(`\nA moment later it is stale. Larder asks whether it has changed, and it has not (304):`);
  await sleep(left + 1);
  await explain();
  assert.deepEqual(await fetch(), ['/app.aci if-none-match="one" → 304']);
  await explain();
}
