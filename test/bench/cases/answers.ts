import type { Bench } from '../context.ts';
import { FIVE_LAYERS } from '../image-shapes.ts';
import type { Case, Measurement } from '../measurement.ts';
import { BIG_MANIFEST, MIDDLE, startLarder } from '../servers.ts';
import type { LarderServer } from '../servers.ts';
import { median, percentile, timed } from '../statistics.ts';

const URI = 'file:///bench/deployments.yaml';
const ROUNDS = 200;
const WARMUPS = 20;
/** Lines that an editor shows at once. */
const SCREEN = 60;
/** Fetches during which answers are timed: one is over too soon. */
const FETCHES = 5;

type Times = Record<'hover' | 'code action' | 'inlay hints', number[]>;

/** What an editor asks while someone moves about, in a big manifest over a big store; also while an image is fetched. */
export const answersCase: Case = {
  name: 'answers',
  async run(bench) {
    const server = await startLarder(bench);
    await server.client.open(URI, BIG_MANIFEST);
    await ask(server, WARMUPS);
    const idle = await ask(server, ROUNDS);
    const busy = await whileFetching(bench, server);
    await server.client.close();
    return [...measurements(idle, ''), ...measurements(busy, ', while 200 MB are fetched')];
  },
};

async function ask({ client }: LarderServer, rounds: number, times = noTimes()): Promise<Times> {
  const shown = { start: { ...MIDDLE, character: 0 }, end: { line: MIDDLE.line + SCREEN, character: 0 } };
  for (let round = 0; round < rounds; round++) {
    times.hover.push(await timed(() => client.hover(URI, MIDDLE)));
    times['code action'].push(await timed(() => client.codeActions(URI, { start: MIDDLE, end: MIDDLE })));
    times['inlay hints'].push(await timed(() => client.inlayHints(URI, shown)));
  }
  return times;
}

async function whileFetching(bench: Bench, server: LarderServer): Promise<Times> {
  const image = await bench.image(FIVE_LAYERS);
  const times = noTimes();
  for (let fetch = 0; fetch < FETCHES; fetch++) {
    const fetched = server.fetch(image);
    const over = new AbortController();
    void fetched.finally(() => over.abort());
    while (!over.signal.aborted) await ask(server, 1, times);
    await server.forget(await fetched);
  }
  bench.note(`  ${times.hover.length} rounds of questions during ${FETCHES} fetches`);
  return times;
}

function noTimes(): Times {
  return { hover: [], 'code action': [], 'inlay hints': [] };
}

function measurements(times: Times, when: string): Measurement[] {
  return Object.entries(times).flatMap(([what, values]): Measurement[] => [
    { what: `${what}${when}, median`, unit: 'ms', ours: median(values) },
    { what: `${what}${when}, p95`, unit: 'ms', ours: percentile(values, 95), bar: { most: 5 } },
  ]);
}
