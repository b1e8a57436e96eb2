import { LarderError } from '../domain/errors.ts';
import { GRACE_PERIOD } from '../domain/garbage.ts';
import { parseGoDuration } from '../domain/go-duration.ts';
import type {
  FetchArguments,
  FetchItem,
  GcArguments,
  RefreshArguments,
  RemoveArguments,
} from '../protocol.ts';
import { isRecord } from '../settings/setting.ts';

/** More images than any workspace's command means. */
const MAX_IMAGES = 10_000;
/** Longer than any reference can be. */
export const MAX_TEXT = 4096;

/*
 * The arguments of a command may have been written by anyone who can put a command link in front of a user. They are read
 * like any other input from outside.
 */

/** @throws LarderError E_USAGE */
export function parseFetchArguments(value: unknown): FetchArguments {
  const { images, noCache } = record(value);
  return {
    images: items(images).map((item) => ({ ...imageOf(item), mode: modeOf(item) })),
    noCache: noCache === true,
  };
}

/** @throws LarderError E_USAGE */
export function parseRefreshArguments(value: unknown): RefreshArguments {
  return { images: items(record(value)['images']).map(imageOf) };
}

/** @throws LarderError E_USAGE */
export function parseRemoveArguments(value: unknown): RemoveArguments {
  const { imageId } = record(value);
  if (typeof imageId !== 'string' || !/^sha512-[0-9a-f]{128}$/.test(imageId)) {
    throw usage('`imageId` must be a full image ID');
  }
  return { imageId };
}

/**
 * Whether something is to be removed must be said.
 * @throws LarderError E_USAGE
 */
export function parseGcArguments(value: unknown): Required<GcArguments> {
  const { dryRun, gracePeriod = GRACE_PERIOD, acceptUnread } = record(value);
  if (typeof dryRun !== 'boolean') throw usage('`dryRun` must be true or false');
  if (typeof gracePeriod !== 'string' || gracePeriod.length > MAX_TEXT) {
    throw usage('`gracePeriod` must be a length of time, as in 24h');
  }
  parseGoDuration(gracePeriod);
  return { dryRun, gracePeriod, acceptUnread: acceptUnread === true };
}

export type Loose = Readonly<Record<string, unknown>>;

/** @throws LarderError E_USAGE */
export function record(value: unknown): Loose {
  if (!isRecord(value)) throw usage('the argument must be an object');
  return value;
}

function items(images: unknown): Loose[] {
  if (!Array.isArray(images) || images.length > MAX_IMAGES || !images.every(isRecord)) {
    throw usage(`\`images\` must be an array of at most ${MAX_IMAGES} objects`);
  }
  return images;
}

function imageOf({ image, syntax }: Loose): Pick<FetchItem, 'image' | 'syntax'> {
  if (typeof image !== 'string' || image.length > MAX_TEXT) {
    throw usage(`\`image\` must be a text of at most ${MAX_TEXT} characters`);
  }
  if (syntax !== 'docker' && syntax !== 'appc') throw usage('`syntax` must be docker or appc');
  return { image, syntax };
}

function modeOf({ mode }: Loose): FetchItem['mode'] {
  if (mode !== 'default' && mode !== 'remote') throw usage('`mode` must be default or remote');
  return mode;
}

/** What is wrong with an argument, as it reads after "The command cannot be run:". */
export function usage(what: string): LarderError {
  return new LarderError('E_USAGE', `The command cannot be run: ${what}.`);
}
