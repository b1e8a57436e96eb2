import * as fs from 'node:fs/promises';

/**
 * The files of this machine, but nobody waits until they are on disk: no test cuts the power, and sixteen thousand waits take as
 * long as half of the tests.
 */
export const UNSYNCED_FS: typeof fs = {
  ...fs,
  open: async (...args) => Object.assign(await fs.open(...args), { sync: () => Promise.resolve() }),
};
