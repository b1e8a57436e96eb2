import type { StoreRecord } from '../../server/src/domain/record.ts';
import type { StoreState, StoreView } from '../../server/src/domain/store-view.ts';

/** A store in memory that holds these records, by the canonical form of the image that leads to each. */
export class FakeStoreView implements StoreView {
  readonly generation = 1;
  readonly #records: Readonly<Record<string, StoreRecord>>;
  /** What was looked up, as `canonical platform`. */
  readonly lookups: string[] = [];

  constructor(records: Readonly<Record<string, StoreRecord>>) {
    this.#records = records;
  }

  get imageCount(): number {
    return this.images().length;
  }

  find(image: Parameters<StoreView['find']>[0], platform: string): StoreRecord | undefined {
    this.lookups.push(`${image.canonical} ${platform}`);
    return this.#records[image.canonical];
  }

  images(): ReturnType<StoreView['images']> {
    return Object.values(this.#records).map(({ image }) => image);
  }

  dockerReferences(): readonly string[] {
    return Object.keys(this.#records)
      .filter((canonical) => canonical.startsWith('docker://'))
      .sort();
  }
}

export function storeOf(records: Readonly<Record<string, StoreRecord>>): StoreState {
  return { kind: 'ready', view: new FakeStoreView(records) };
}

export const UNREADABLE: StoreState = {
  kind: 'unknown',
  why: 'The index of /srv/store cannot be read: EACCES.',
  code: 'E_STORE_IO',
};
