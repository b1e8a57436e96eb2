import { imageOfTag } from '../domain/pin.ts';
import type { CheckResult } from '../jobs/job.ts';
import type { RefreshArguments, RefreshResult } from '../protocol.ts';
import type { CommandContext } from './command-context.ts';
import { overImages } from './over-images.ts';

/**
 * `larder.refresh`: asks the registries whether tags have moved. Only a docker tag can move, and only what is stored can be compared.
 * Of a pinned image it is the tag beside the digest, so that the pin can be updated.
 */
export async function refreshImages(
  { images }: RefreshArguments,
  context: CommandContext,
): Promise<RefreshResult> {
  const { jobs, config, platform } = context;
  const results = await overImages('Checking', images, context, async (image, _, watch) => ({
    found:
      image.kind === 'docker'
        ? await jobs.check(config, { image: imageOfTag(image), platform }, watch)
        : ('unknown' as const),
  }));
  const found = results.flatMap((result) => ('found' in result ? [result.found] : []));
  if (found.length > 0) context.show('info', summaryOf(found));
  return { images: results };
}

function summaryOf(found: readonly CheckResult[]): string {
  const checked = found.filter((result) => result !== 'unknown').length;
  if (checked === 0) return 'Nothing was asked: none of these images is in the store to compare with.';
  const moved = found.filter((result) => result === 'changed').length;
  const tags = checked === 1 ? '1 image was checked' : `${checked} images were checked`;
  return `${tags}: ${moved === 0 ? 'none has moved' : `${moved} moved`}.`;
}
