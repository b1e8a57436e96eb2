/** How archives are spoilt. */
import type { ErrorCode } from '../../../server/src/domain/errors.ts';
import type { TestImage } from '../../helpers/images.ts';
import type { Files } from './archives.ts';

/** Makes an archive of a sound image that is not. */
export type Spoil = (image: TestImage, files: Files) => Files | Buffer | Promise<Files | Buffer>;

export const without = (files: Files, ...names: string[]): Files =>
  Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));

/** What is wrong with an archive, and the code that it is refused with. */
export type Cases = Readonly<Record<string, [ErrorCode, Spoil]>>;

/** The bytes with another last one. */
export function spoilt(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  return changed;
}
