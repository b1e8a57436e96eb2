import type { FetchArguments, FetchResult } from '../protocol.ts';
import type { CommandContext } from './command-context.ts';
import { overImages } from './over-images.ts';

/** `larder.fetch`: gets images, each in its own mode. */
export async function fetchImages(
  { images, noCache = false }: FetchArguments,
  context: CommandContext,
): Promise<FetchResult> {
  const { jobs, config, platform } = context;
  return {
    images: await overImages('Fetching', images, context, (image, { mode }, watch) =>
      jobs.fetch(config, { image, mode, noCache, platform }, watch),
    ),
  };
}
