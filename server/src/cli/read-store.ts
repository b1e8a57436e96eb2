import * as fs from 'node:fs/promises';
import { LarderError } from '../domain/errors.ts';
import type { StoreState, StoreView } from '../domain/store-view.ts';
import { openStoreReader } from '../engine/store/reader.ts';
import { silentLog } from './log.ts';

/**
 * Reads the store for one answer. It is neither made nor locked, and nothing is written.
 * @param root absolute path
 */
export async function readStore<T>(root: string, answer: (state: StoreState) => T): Promise<T> {
  const reader = await openStoreReader({ fs, log: silentLog }, root);
  try {
    return answer(reader.state());
  } finally {
    reader.close();
  }
}

/**
 * The view of a store that must be readable.
 * @throws LarderError that says why it is not
 */
export function viewOf(state: StoreState): StoreView {
  if (state.kind === 'ready') return state.view;
  throw new LarderError(state.code, state.why);
}
