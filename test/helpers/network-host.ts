/** A host with a real network on loopback, and a clock whose sleeps take no time. */
import { setImmediate } from 'node:timers/promises';
import { Agent } from 'undici';
import type { Host } from '../../server/src/engine/host.ts';
import { NOW } from './records.ts';
import { UNSYNCED_FS } from './unsynced-fs.ts';

export interface NetworkHost extends Host {
  /** How long everybody has slept, in milliseconds, in order. */
  readonly sleeps: readonly number[];
  /** What was logged, of any level. */
  readonly logged: readonly string[];
  /** Ends all connections. */
  close(): Promise<void>;
}

/** @param now where the clock starts; it moves only while somebody sleeps */
export function networkHost(now = NOW): NetworkHost {
  const net = new Agent();
  const sleeps: number[] = [];
  const logged: string[] = [];
  const log = (message: string): void => void logged.push(message);
  return {
    fs: UNSYNCED_FS,
    net,
    netFor: ({ ca, client, verify }) =>
      new Agent({ connect: { ca: [...ca], ...client, rejectUnauthorized: verify } }),
    run: () => Promise.reject(new Error('no program is run here')),
    clock: {
      now: () => now,
      sleep: async (ms, signal) => {
        sleeps.push(ms);
        await setImmediate();
        signal?.throwIfAborted();
        now += ms;
      },
    },
    // In the middle: a backoff of `base` milliseconds becomes three quarters of it.
    random: () => 0.5,
    env: {},
    log: { debug: log, info: log, warn: log, error: log },
    sleeps,
    logged,
    close: () => net.destroy(),
  };
}
