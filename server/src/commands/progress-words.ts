import { formatBytes } from '../domain/bytes.ts';
import type { FetchProgress } from '../engine/progress.ts';

/** How far one image of a command is. */
export interface ImageProgress {
  readonly name: string;
  /** Undefined while it waits for its turn. */
  readonly progress: FetchProgress | undefined;
  readonly ended: boolean;
}

/**
 * How far a command is, as its progress notification says it: "12.3 of 40.1 MB, nginx:1.27 and 2 more". The bytes are those of all
 * images, the finished ones too, so that the numbers only grow; empty when everything has ended. The only image of a command is named
 * by the title.
 */
export function progressMessage(images: readonly ImageProgress[]): string {
  if (images.every(({ ended }) => ended)) return '';
  const running = images.filter(({ progress, ended }) => progress !== undefined && !ended);
  const phase = PHASES.find((candidate) => running.some(({ progress }) => progress?.phase === candidate));
  if (phase === undefined) return 'waiting';
  const [first, ...more] = running
    .filter(({ progress }) => progress?.phase === phase)
    .map(({ name }) => name);
  const words = phase === 'download' ? bytesOf(images) : PHASE_WORDS[phase];
  if (images.length === 1) return words;
  return `${words}, ${first ?? ''}${more.length > 0 ? ` and ${more.length} more` : ''}`;
}

/** How far a command is, in whole percent; 100 only when every image has ended. */
export function percentage(images: readonly ImageProgress[]): number {
  const parts = images.map(({ progress, ended }) => {
    if (ended) return 1;
    return progress?.total ? Math.min(progress.received / progress.total, LEFT_AFTER_DOWNLOAD) : 0;
  });
  return Math.floor((100 * parts.reduce((sum, part) => sum + part, 0)) / images.length);
}

/** Conversion and the store come after the last byte. */
const LEFT_AFTER_DOWNLOAD = 0.95;

/** What people want to know first. */
const PHASES = ['download', 'convert', 'store', 'render', 'resolve'] as const;

const PHASE_WORDS = {
  convert: 'converting',
  store: 'writing to the store',
  render: 'rendering the tree',
  resolve: 'asking the registry',
} as const;

function bytesOf(images: readonly ImageProgress[]): string {
  const known = images.flatMap(({ progress }) =>
    progress === undefined || progress.phase === 'resolve' ? [] : [progress],
  );
  const received = formatBytes(known.reduce((sum, progress) => sum + progress.received, 0));
  if (known.some(({ total }) => total === null)) return received;
  const total = formatBytes(known.reduce((sum, progress) => sum + (progress.total ?? 0), 0));
  const [number, unit] = received.split(' ');
  return `${total.endsWith(` ${unit ?? ''}`) ? (number ?? '') : received} of ${total}`;
}
