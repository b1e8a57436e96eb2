/** What `explain` and hovers promise is what a fetch does: the plan's steps against the requests that a registry saw. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../server/src/domain/errors.ts';
import { plan } from '../../server/src/domain/plan.ts';
import type { Plan, When } from '../../server/src/domain/plan.ts';
import type { PullMode } from '../../server/src/domain/pull-mode.ts';
import { buildAci } from '../helpers/aci.ts';
import { buildImage } from '../helpers/images.ts';
import { openEngineFixture } from './engine-fixture.ts';
import type { EngineFixture } from './engine-fixture.ts';

let t: EngineFixture;
before(async () => (t = await openEngineFixture()));
after(() => t[Symbol.asyncDispose]());

interface State {
  /** What was fetched before: nothing, or the image that the tag meant then. */
  readonly stored: boolean;
  /** Whether the tag has moved since. */
  readonly moved: boolean;
  readonly by: 'tag' | 'digest';
  readonly mode: PullMode;
  readonly noCache: boolean;
}

const anyState: fc.Arbitrary<State> = fc.record({
  stored: fc.boolean(),
  moved: fc.boolean(),
  by: fc.constantFrom('tag', 'digest'),
  mode: fc.constantFrom('store', 'remote', 'default'),
  noCache: fc.boolean(),
});

/** The requests and the end that a plan promises, given what the registry will answer. */
function promised(
  { steps }: Plan,
  state: State,
): { asks: boolean; pulls: boolean; end: 'image' | 'failure' } {
  const found: When = state.moved ? 'changed' : 'unchanged';
  const taken = steps.filter(({ when }) => when === undefined || when === found).map(({ action }) => action);
  return {
    asks: taken.includes('ask-digest'),
    // A pull asks for what the store lacks; of a digest that was pulled before it lacks nothing.
    pulls: taken.includes('pull') && !(state.by === 'digest' && state.stored),
    end: taken.includes('fail') ? 'failure' : 'image',
  };
}

async function seen(reference: string, { mode, noCache }: State): Promise<ReturnType<typeof promised>> {
  t.registry.clearRequests();
  const end = await t.fetch(reference, mode, { noCache }).then(
    () => 'image' as const,
    (error: unknown) => {
      assert.ok(error instanceof LarderError && error.code === 'E_NOT_IN_STORE');
      return 'failure' as const;
    },
  );
  const methods = t.registry.requests.map(({ method }) => method);
  return { asks: methods.includes('HEAD'), pulls: methods.includes('GET'), end };
}

const imageOf = (content: string) => buildImage({ layers: [{ files: [{ name: 'a', content }] }] });

it('the engine does what the plan says, and nothing else', async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(anyState, async (state) => {
      const repository = `case/n${count++}`;
      const [now, later] = await Promise.all(
        ['now', 'later'].map((content) => imageOf(repository + content)),
      );
      assert.ok(now && later);
      const reference = state.by === 'tag' ? `${repository}:1` : `${repository}@${now.digest}`;
      t.registry.push(repository, '1', now);
      if (state.stored) await t.fetch(reference, 'default');
      if (state.moved) t.registry.move(repository, '1', later);
      const image = t.image(reference);
      const { mode, noCache } = state;
      const record = t.store.view().find(image, 'linux/amd64');
      const todo = plan({ image, mode, noCache, record, now: t.host.now });
      assert.deepEqual(await seen(reference, state), promised(todo, state));
    }),
    { numRuns: 40 },
  );
});

interface HttpState {
  readonly by: 'url' | 'name';
  /** Headers of the response that was stored; null: nothing was fetched. */
  readonly stored: Record<string, string> | null;
  /** Seconds since then. */
  readonly age: number;
  readonly changed: boolean;
  readonly mode: PullMode;
  readonly noCache: boolean;
}

const anyHttpState: fc.Arbitrary<HttpState> = fc.record({
  by: fc.constantFrom('url', 'name'),
  stored: fc.option(
    fc
      .record(
        {
          etag: fc.constantFrom('"a"', 'W/"a"'),
          'last-modified': fc.constant('Thu, 15 Jan 2026 11:00:00 GMT'),
          'cache-control': fc
            .subarray(['max-age=60', 'no-cache', 'no-store', 'immutable', 'must-revalidate'], {
              minLength: 1,
            })
            .map((directives) => directives.join(', ')),
          expires: fc.constantFrom('0', 'Thu, 15 Jan 2099 12:00:00 GMT'),
        },
        { requiredKeys: [] },
      )
      .map((headers) => headers as Record<string, string>),
  ),
  age: fc.constantFrom(0, 59, 61),
  changed: fc.boolean(),
  mode: fc.constantFrom('store', 'remote', 'default'),
  noCache: fc.boolean(),
});

type Kind = 'discover' | 'download' | 'revalidate';

/** The requests that a plan promises, for a name together with the plan for the URL that it leads to. */
function promisedRequests(todo: Plan, urlPlan: Plan, changed: boolean): { requests: Kind[]; end: string } {
  const found: When = changed ? 'changed' : 'unchanged';
  const taken = todo.steps
    .filter(({ when }) => when === undefined || when === found)
    .map(({ action }) => action);
  if (taken.includes('discover')) {
    const { requests, end } = promisedRequests(urlPlan, urlPlan, changed);
    return { requests: ['discover', ...requests], end };
  }
  const requests = taken.filter((action) => action === 'download' || action === 'revalidate');
  if (taken.includes('fail')) return { requests, end: 'failure' };
  return {
    requests,
    end: taken.includes('import') ? 'fetched' : taken.includes('revalidate') ? 'revalidated' : 'held',
  };
}

it('so it is with http images, and with names', async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(anyHttpState, async (state) => {
      const name = `case${count++}.example/app`;
      const [before, after] = ['before', 'after'].map((content) => buildAci({ name, content }).gzip);
      const url = `https://images.example/${name}.aci`;
      t.origin.serve(`//${name}?ac-discovery=1`, {
        body: `<meta name="ac-discovery" content="${name} https://images.example/{name}.{ext}">`,
      });
      const argument = state.by === 'url' ? url : `${name}:1`;
      t.origin.serve(new URL(url).pathname, { body: before ?? '', headers: state.stored ?? {} });
      if (state.stored !== null) await t.get(argument, 'default');
      if (state.changed) t.origin.serve(new URL(url).pathname, { body: after ?? '' });
      t.host.now += state.age * 1000;

      const { mode, noCache } = state;
      const planFor = (text: string, wanted: PullMode): Plan =>
        plan({
          ...{ image: t.parse(text), mode: wanted, noCache, record: t.record(text), now: t.host.now },
          acceptUnverified: true,
        });
      const expected = promisedRequests(planFor(argument, mode), planFor(url, 'remote'), state.changed);

      t.origin.takeLines();
      const end = await t.get(argument, mode, { noCache }).then(
        ({ outcome }) => (outcome === 'store' || outcome === 'cached' ? 'held' : outcome),
        (error: unknown) => {
          assert.ok(error instanceof LarderError && error.code === 'E_NOT_IN_STORE', String(error));
          return 'failure';
        },
      );
      const requests = t.origin.takeLines().map((line): Kind => {
        if (line.includes('ac-discovery')) return 'discover';
        return line.includes(' if-') ? 'revalidate' : 'download';
      });
      assert.deepEqual({ requests, end }, expected);
    }),
    { numRuns: 100 },
  );
});
