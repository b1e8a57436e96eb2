import { toLarderError } from '../domain/errors.ts';
import type { RemoveArguments } from '../protocol.ts';
import type { CommandContext } from './command-context.ts';

/** `larder.remove`: removes an image from the store. */
export async function removeImage(
  { imageId }: RemoveArguments,
  { jobs, config, signal, show }: CommandContext,
): Promise<null> {
  try {
    await jobs.remove(config, imageId, { signal, onProgress: () => undefined });
  } catch (error) {
    show('error', toLarderError(error, 'removing an image').message);
  }
  return null;
}
