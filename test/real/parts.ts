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
  openssl: 'openssl',
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
  readonly port: number;
  close(): Promise<void>;
}

/** How a registry differs from one on loopback that anybody may use, over plain http. */
export interface RegistryOptions {
  /** Where its images are, when not in its directory: of another registry. */
  readonly storage?: string;
  /** The sections `auth` and `http.tls` of its configuration (distribution, "Configuring a registry"). */
  readonly auth?: object;
  readonly tls?: object;
}

/** Starts Debian's docker-registry on loopback with all its files in `directory`. */
export async function startRegistry(
  directory: string,
  { storage = join(directory, 'storage'), auth, tls }: RegistryOptions = {},
): Promise<RealRegistry> {
  await run('docker-registry', '--version');
  await mkdir(storage, { recursive: true });
  await mkdir(directory, { recursive: true });
  const config = join(directory, 'config.yml');
  // JSON is YAML, too. Port 0: the system chooses, and the log says which.
  const settings = {
    version: 0.1,
    log: { accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage } },
    http: { addr: '127.0.0.1:0', secret: 'tests', tls },
    auth,
  };
  await writeFile(config, JSON.stringify(settings));
  const log = join(directory, 'registry.log');
  const group = startGroup('docker-registry', ['serve', config], process.env, log);
  for (let tries = 0; tries < 200; tries++) {
    const [, port] = /listening on 127\.0\.0\.1:(\d+)/.exec(await readFile(log, 'utf8')) ?? [];
    if (port !== undefined) {
      return { host: `127.0.0.1:${port}`, port: Number(port), close: () => group.stop() };
    }
    await sleep(50);
  }
  await group.stop();
  throw new Error(`docker-registry did not start:\n${await readFile(log, 'utf8')}`);
}
