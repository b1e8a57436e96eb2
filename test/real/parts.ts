/**
 * The real parts that Larder is held against: Debian's registry and image tools. A part that is missing fails the suite with the
 * package to install; it is never skipped.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startGroup } from '../helpers/process-group.ts';

/** Debian's package of each command. */
const PACKAGES = {
  'docker-registry': 'docker-registry',
  skopeo: 'skopeo',
  umoci: 'umoci',
  buildah: 'buildah',
  actool: 'appc-spec',
  sqlite3: 'sqlite3',
  gpg: 'gnupg',
  gpgconf: 'gnupg',
  nginx: 'nginx-light',
  xz: 'xz-utils',
  bzip2: 'bzip2',
  tar: 'tar',
} as const;

export type Part = keyof typeof PACKAGES;

const LIMIT = 64 << 20;

/** Runs a part to its end and returns what it wrote to standard output; fails with what it said on standard error. */
export function run(part: Part, ...args: readonly string[]): Promise<string> {
  return runWith({}, part, ...args);
}

/** The same with more in its environment. */
export async function runWith(
  env: Readonly<Record<string, string>>,
  part: Part,
  ...args: readonly string[]
): Promise<string> {
  try {
    const options = { maxBuffer: LIMIT, env: { ...process.env, ...env } };
    return (await promisify(execFile)(part, args, options)).stdout;
  } catch (error) {
    const { code, stderr } = error as { code?: string | number; stderr?: string };
    if (code === 'ENOENT') throw new Error(`${part} is not installed: apt-get install ${PACKAGES[part]}`);
    throw new Error(`${part} ${args.join(' ')} failed (${code ?? 'killed'}): ${stderr ?? ''}`, {
      cause: error,
    });
  }
}

export interface RealRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  close(): Promise<void>;
}

/** Starts Debian's docker-registry on loopback, over plain http, with all its files in `directory`. */
export async function startRegistry(directory: string): Promise<RealRegistry> {
  await run('docker-registry', '--version');
  const storage = join(directory, 'storage');
  await mkdir(storage, { recursive: true });
  const config = join(directory, 'config.yml');
  // Port 0: the system chooses, and the log says which.
  await writeFile(
    config,
    `version: 0.1
log: { accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: ${JSON.stringify(storage)} } }
http: { addr: '127.0.0.1:0', secret: tests }
`,
  );
  const log = join(directory, 'registry.log');
  const group = startGroup('docker-registry', ['serve', config], process.env, log);
  for (let tries = 0; tries < 200; tries++) {
    const host = /listening on (127\.0\.0\.1:\d+)/.exec(await readFile(log, 'utf8'))?.[1];
    if (host !== undefined) return { host, close: () => group.stop() };
    await sleep(50);
  }
  await group.stop();
  throw new Error(`docker-registry did not start:\n${await readFile(log, 'utf8')}`);
}
