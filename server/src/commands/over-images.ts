import { toLarderError } from '../domain/errors.ts';
import type { LarderError } from '../domain/errors.ts';
import { imageOfManifest } from '../domain/image-argument.ts';
import type { Image } from '../domain/image.ts';
import { nameOf } from '../jobs/jobs.ts';
import type { Watch } from '../jobs/job.ts';
import type { Failure, FetchItem } from '../protocol.ts';
import type { CommandContext } from './command-context.ts';
import { CommandProgress } from './command-progress.ts';

type Item = Pick<FetchItem, 'image' | 'syntax'>;

/** What came of one image: the command's own answer, or why there is none. */
export type Outcome<R> =
  ({ readonly image: string } & R) | { readonly image: string; readonly error: Failure };

/**
 * Runs a command over its images under one progress. A failure costs its own image only; failures are shown as one sentence.
 * @param verb as the progress's title begins: "Fetching"
 */
export async function overImages<I extends Item, R extends object>(
  verb: string,
  items: readonly I[],
  context: CommandContext,
  run: (image: Image, item: I, watch: Watch) => Promise<R>,
): Promise<Outcome<R>[]> {
  const targets = items.map((item) => ({ item, image: parse(item, context) }));
  const names = targets.map(({ item, image }) => ('kind' in image ? nameOf(image) : item.image));
  const progress = new CommandProgress(context.reporter, names);
  const failures: LarderError[] = [];

  const runOne = async ({ item, image }: (typeof targets)[number], index: number): Promise<Outcome<R>> => {
    try {
      if (!('kind' in image)) throw image;
      const watch = { signal: context.signal, onProgress: progress.of(index) };
      const answer = await run(image, item, watch);
      context.log.info(`${verb} ${image.canonical}: ${Object.values(answer).join(', ')}.`);
      return { image: item.image, ...answer };
    } catch (error) {
      const failure = toLarderError(error, `${verb.toLowerCase()} ${item.image}`);
      failures.push(failure);
      return { image: item.image, error: failureOf(failure) };
    } finally {
      progress.ended(index);
    }
  };

  const [only, ...more] = names;
  context.reporter.begin(
    `${verb} ${more.length > 0 ? `${names.length} images` : (only ?? 'nothing')}`,
    0,
    '',
    true,
  );
  try {
    return await Promise.all(targets.map(runOne));
  } finally {
    context.reporter.done();
    showFailures(failures, context);
  }
}

function parse({ image, syntax }: Item, { platform, shortNames }: CommandContext): Image | LarderError {
  try {
    return imageOfManifest(image, syntax, platform, shortNames);
  } catch (error) {
    return toLarderError(error, 'reading an image reference');
  }
}

function failureOf({ code, message, subject }: LarderError): Failure {
  return { code, message, ...(subject !== undefined && { subject }) };
}

/** One sentence however many images failed. Who cancelled knows it, and who offers a way out says what of. */
function showFailures(failures: readonly LarderError[], context: CommandContext): void {
  const { log, show } = context;
  const wanted = failures.filter(({ code }) => code !== 'E_CANCELLED');
  for (const sentence of new Set(wanted.map(({ message }) => message))) log.warn(sentence);
  const ours = wanted.filter((failure) => !isOffered(failure, context));
  const [first, ...more] = new Set(ours.map(({ message }) => message));
  if (first === undefined) return;
  const others = more.length === 1 ? '1 other failure is' : `${more.length} other failures are`;
  show('error', more.length === 0 ? first : `${first.replace(/\.$/, '')} (${others} in the log).`);
}

function isOffered({ code, subject }: LarderError, { offersTrust, offersSignIn }: CommandContext): boolean {
  if (code === 'E_SIGNATURE_UNTRUSTED') return offersTrust;
  // Without a registry there is nothing to sign in to: it is a web server.
  return offersSignIn && subject !== undefined && (code === 'E_AUTH_REQUIRED' || code === 'E_AUTH_REFUSED');
}
