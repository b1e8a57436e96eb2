import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import process from 'node:process';
import type { Host } from '../host.ts';
import { errnoOf } from './store-error.ts';

/**
 * Which process something on disk belongs to. A number alone says nothing about another machine or a container that shares
 * the store, so the scope within which it counts goes with it.
 */
export interface ProcessTag {
  /** Eight hex digits: this machine and, on Linux, this namespace of process numbers. */
  readonly scope: string;
  readonly pid: number;
}

const TAG = /^([0-9a-f]{8})-([1-9][0-9]{0,9})$/;

/** The tag of this process. */
export async function ownTag({ fs }: Pick<Host, 'fs'>): Promise<ProcessTag> {
  // Only Linux has the link; elsewhere the name of the machine must do.
  const namespace = await fs.readlink('/proc/self/ns/pid').catch(() => '');
  const scope = createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 8);
  return { scope, pid: process.pid };
}

/** `1f2e3d4c-4711`, safe in a file name. */
export function formatTag({ scope, pid }: ProcessTag): string {
  return `${scope}-${pid}`;
}

export function parseTag(text: string): ProcessTag | undefined {
  const [, scope, pid] = TAG.exec(text) ?? [];
  return scope === undefined ? undefined : { scope, pid: Number(pid) };
}

/** Whether a process has certainly ended. Of another scope nothing can be known. */
export function isDead(tag: ProcessTag, own: ProcessTag): boolean {
  if (tag.scope !== own.scope || tag.pid === own.pid) return false;
  try {
    process.kill(tag.pid, 0);
    return false;
  } catch (error) {
    // EPERM means that it runs as another user.
    return errnoOf(error) === 'ESRCH';
  }
}
