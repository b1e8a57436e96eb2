/**
 * What a person does once more when nothing came of it. A click is lost when what it aims at moves away (a late lens pushes the text
 * down, a view is drawn anew), and a key is when what it is for opens a moment later.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from 'playwright-core';

/** How long one look takes. Milliseconds. */
const LOOK = { timeout: 1_500 };
/** So a machine that is busy with other things has half a minute. */
const TIMES = 20;

/** What an action and a look of Playwright are limited by. */
export type Limit = typeof LOOK;

/**
 * Does `act` until `seen` sees what comes of it; each of them ends with Playwright's TimeoutError where it cannot within its limit.
 * Once it has been done, it may be that it cannot be done again, as it only took its time.
 * @throws when nothing came of it
 */
export async function again(
  act: (limit: Limit) => Promise<void>,
  seen: (limit: Limit) => Promise<unknown>,
): Promise<void> {
  let acted = false;
  let why: unknown;
  const inTime = async (done: Promise<unknown>): Promise<boolean> => {
    try {
      await done;
      return true;
    } catch (error) {
      if (!(error instanceof errors.TimeoutError)) throw error;
      why = error;
      return false;
    }
  };
  for (let time = 1; time <= TIMES; time++) {
    acted = (await inTime(act(LOOK))) || acted;
    if (acted && (await inTime(seen(LOOK)))) return;
  }
  // Of no kind that is tried again.
  throw new Error(`${acted ? 'nothing came of it' : 'it could not be done'} in ${TIMES} times`, {
    cause: why,
  });
}

/** Does `act` until it can be done. */
export function untilDone(act: (limit: Limit) => Promise<void>): Promise<void> {
  return again(act, () => Promise.resolve());
}

/** Waits for what is no part of a page, as a request is. */
export async function until(happened: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + TIMES * LOOK.timeout;
  while (!(await happened())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await sleep(50);
  }
}
