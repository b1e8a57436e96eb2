import { describe } from 'node:test';
import { openStore } from '../../../server/src/engine/store/store.ts';
import type { Store } from '../../../server/src/engine/store/store.ts';
import { storeContract } from './contract.ts';
import { testHost, withDirectory } from './fixture.ts';

describe('the store on disk', () => {
  storeContract((body) =>
    withDirectory(async (directory) => {
      const host = testHost();
      const opened: Store[] = [];
      const open = async (): Promise<Store> => {
        const store = await openStore(host, directory);
        opened.push(store);
        return store;
      };
      try {
        await body(await open(), host, open);
      } finally {
        await Promise.all(opened.map((store) => store.close()));
      }
    }),
  );
});
