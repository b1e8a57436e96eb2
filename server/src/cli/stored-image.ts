import { LarderError } from '../domain/errors.ts';
import { parseImage } from '../domain/image-argument.ts';
import { formatPlatform } from '../domain/platform.ts';
import { quote } from '../domain/quote.ts';
import type { StoreRecord, StoredImage } from '../domain/record.ts';
import type { StoreView } from '../domain/store-view.ts';
import { withDockerHint } from './docker-hint.ts';
import { platformOf } from './options.ts';
import type { SharedOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

/**
 * The stored image that an argument means: an image ID or the beginning of one, or anything that `fetch` takes.
 * @throws LarderError E_NOT_FOUND, E_AMBIGUOUS, E_REF
 */
export function storedImage(
  argument: string,
  view: StoreView,
  options: SharedOptions,
  terminal: Terminal,
): StoredImage {
  return storedRecord(argument, view, options, terminal).image;
}

/** As {@link storedImage}, with where it came from. */
export function storedRecord(
  argument: string,
  view: StoreView,
  options: SharedOptions,
  terminal: Terminal,
): StoreRecord {
  const platform = platformOf(options, terminal);
  const image = parseImage(argument, { cwd: terminal.cwd, platform });
  const record = view.find(image, formatPlatform(platform));
  if (record !== undefined) return record;
  const forPlatform = image.kind === 'docker' ? ` for ${formatPlatform(platform)}` : '';
  const error = new LarderError(
    'E_NOT_FOUND',
    `${quote(argument)} is not in the store${forPlatform}; larder image list shows what is.`,
  );
  throw withDockerHint(error, argument, image);
}
