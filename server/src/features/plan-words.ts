import type { Action, Plan, Step } from '../domain/plan.ts';

const WORDS: Readonly<Record<Exclude<Action, 'fail'>, string>> = {
  'use-store': 'uses the copy in the store',
  'use-file': 'reads the file',
  'ask-digest': 'asks the registry for the digest',
  pull: 'downloads what the store lacks',
  revalidate: 'asks the server whether it changed',
  download: 'downloads it',
  discover: 'finds the URL by discovery',
  import: 'puts it into the store',
};

/** A plan as one sentence without its full stop; the reason is that of the first step, which decides the rest. */
export function planWords({ steps }: Plan): string {
  const [first] = steps;
  if (first === undefined) return 'does nothing';
  if (first.action === 'fail') return `fails: ${first.why}`;
  const always = steps.filter(({ when }) => when === undefined);
  const branches = (['unchanged', 'changed'] as const).flatMap((when) => {
    const taken = steps.filter((step) => step.when === when);
    return taken.length === 0 ? [] : [`if ${when}, ${sequence(taken)}`];
  });
  return [`${sequence(always)} (${first.why})`, ...branches].join('; ');
}

function sequence(steps: readonly Step[]): string {
  return steps
    .map(({ action, why }) => (action === 'fail' ? `fails: ${why}` : WORDS[action]))
    .join(', then ');
}
