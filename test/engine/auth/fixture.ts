/** A home directory with files of credentials, and a host whose programs are functions. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { FoundCredential } from '../../../server/src/engine/auth/credential.ts';
import type { Host, ProgramCall, ProgramEnd } from '../../../server/src/engine/host.ts';
import { testHost, withDirectory } from '../store/fixture.ts';
import type { TestHost } from '../store/fixture.ts';

export const APP = { registry: 'quay.io', repository: 'team/app' };
export const HUB_APP = { registry: 'registry-1.docker.io', repository: 'library/app' };

/** How a helper ends: what it prints, or more. */
export type HelperEnd = string | Partial<ProgramEnd>;

export interface Home {
  /** Absolute. */
  readonly path: string;
  readonly host: TestHost;
  /** What helpers were asked: `docker-credential-x get quay.io`. */
  readonly asked: string[];
  readonly calls: ProgramCall[];
  /** Writes a file below the home directory, as JSON unless it is text. */
  readonly write: (name: string, content: unknown) => Promise<string>;
  /** Puts a helper on PATH. */
  readonly helper: (name: string, answer: (action: string, input: string) => HelperEnd) => Promise<void>;
}

/** @param over replaces parts of the host */
export function withHome(body: (home: Home) => Promise<void>, over: Partial<Host> = {}): Promise<void> {
  return withDirectory(async (path) => {
    const helpers = new Map<string, (action: string, input: string) => HelperEnd>();
    const calls: ProgramCall[] = [];
    const asked: string[] = [];
    const host = testHost({
      env: {
        HOME: path,
        XDG_RUNTIME_DIR: join(path, 'run'),
        PATH: ['.', 'bin', '', join(path, 'bin')].join(delimiter),
      },
      run: (call) => {
        calls.push(call);
        asked.push([call.file.slice(path.length + '/bin/'.length), ...call.args, call.input].join(' '));
        const end = helpers.get(call.file)?.(call.args[0] ?? '', call.input) ?? {};
        const more = typeof end === 'string' ? { stdout: end } : end;
        return Promise.resolve({ exitCode: 0, timedOut: false, stdout: '', stderr: '', ...more });
      },
      ...over,
    });
    const write = async (name: string, content: unknown): Promise<string> => {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
      return file;
    };
    await body({
      ...{ path, host, asked, calls, write },
      helper: async (name, answer) => {
        const file = await write(`bin/docker-credential-${name}`, '#!/bin/false\n');
        await chmod(file, 0o755);
        helpers.set(file, answer);
      },
    });
  });
}

/** `auth` as docker writes it. */
export function auth(username: string, password: string): { auth: string } {
  return { auth: Buffer.from(`${username}:${password}`).toString('base64') };
}

/** Who was found: `user:password`, or the kind and the token. */
export function who(found: FoundCredential | undefined): string | undefined {
  const credential = found?.credential;
  if (credential === undefined) return undefined;
  return credential.kind === 'basic'
    ? `${credential.username}:${credential.password}`
    : `${credential.kind} ${credential.token}`;
}
