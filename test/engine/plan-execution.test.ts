/** What `explain` and hovers promise is what a fetch does: the plan's steps against the requests that a registry saw. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../server/src/domain/errors.ts';
import { plan } from '../../server/src/domain/plan.ts';
import type { Plan, When } from '../../server/src/domain/plan.ts';
import type { PullMode } from '../../server/src/domain/pull-mode.ts';
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
