/** All cases, in the order of the table. */
import { againCase } from './cases/again.ts';
import { answersCase } from './cases/answers.ts';
import { indexCase } from './cases/index-file.ts';
import { keystrokeCase } from './cases/keystroke.ts';
import { memoryCase } from './cases/memory.ts';
import { openCase } from './cases/open.ts';
import { prefetchCase } from './cases/prefetch.ts';
import { manyFilesCase, pullCase } from './cases/pull.ts';
import { startCase } from './cases/start.ts';
import { vsixCase } from './cases/vsix.ts';
import type { Case } from './measurement.ts';

export const CASES: readonly Case[] = [
  ...[keystrokeCase, openCase, answersCase, startCase],
  ...[pullCase, againCase, manyFilesCase, memoryCase],
  ...[indexCase, prefetchCase, vsixCase],
];
