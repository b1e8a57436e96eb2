/** Debian's nginx as a web server of ACIs: static files with its own ETag, Last-Modified, Range and 304. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGroup } from '../helpers/process-group.ts';
import { run } from './parts.ts';

/** What nginx says about the files of each directory that it serves. */
const LOCATIONS = {
  hour: 'expires 1h;',
  brief: 'expires 2s;',
  checked: 'add_header Cache-Control "max-age=3600, no-cache";',
  dated: 'etag off;',
  silent: 'etag off; add_header Last-Modified "";',
  slow: 'limit_rate 400k;',
} as const;

/** Who is let into two more of them. */
export interface Guards {
  /** Lines of htpasswd. */
  readonly users: string;
  readonly token: string;
}

export type Location = keyof typeof LOCATIONS | 'basic' | 'oauth';

export interface LoggedRequest {
  readonly path: string;
  readonly status: number;
  /** Of the body that was sent. */
  readonly bytes: number;
  /** Headers of the request, empty where there were none. */
  readonly ifNoneMatch: string;
  readonly ifModifiedSince: string;
  readonly range: string;
  readonly ifRange: string;
}

export interface Nginx {
  /** Where a file of a location is, on disk and for clients. */
  file(location: Location, name: string): { readonly path: string; readonly url: string };
  /** The requests that have ended since the last call. */
  takeRequests(): Promise<LoggedRequest[]>;
  close(): Promise<void>;
}

/**
 * Starts nginx on loopback, over plain http, with all its files in `directory`.
 * @param guards for the locations `basic` and `oauth`, which there are only with them
 */
export async function startNginx(directory: string, guards?: Guards): Promise<Nginx> {
  await run('nginx', '-v');
  const at = (name: string): string => join(directory, name);
  const locations: Readonly<Record<string, string>> = { ...LOCATIONS, ...(guards && guarded(guards)) };
  for (const location of Object.keys(locations)) await mkdir(at(`www/${location}`), { recursive: true });
  if (guards !== undefined) await writeFile(at('users'), guards.users);
  const port = await freePort();
  await writeFile(at('nginx.conf'), config(port, locations));
  const log = at('nginx.log');
  const group = startGroup('nginx', ['-p', directory, '-c', at('nginx.conf')], process.env, log);
  const origin = `http://127.0.0.1:${port}`;
  if (!(await answers(origin))) {
    await group.stop();
    throw new Error(`nginx did not start:\n${await readFile(log, 'utf8')}`);
  }
  let taken = 0;
  const all = async (): Promise<string[]> => (await readFile(at('access.log'), 'utf8')).trim().split('\n');
  taken = (await all()).length;
  return {
    file: (location, name) => ({
      path: at(`www/${location}/${name}`),
      url: `${origin}/${location}/${name}`,
    }),
    async takeRequests() {
      const lines = (await all()).slice(taken);
      taken += lines.length;
      return lines.map((line) => JSON.parse(line) as LoggedRequest);
    },
    close: () => group.stop(),
  };
}

function guarded({ token }: Guards): Record<string, string> {
  return {
    basic: 'auth_basic acis; auth_basic_user_file users;',
    oauth: `if ($http_authorization != "Bearer ${token}") { return 401; }`,
  };
}

/** Relative paths are in the prefix. Workers stay the user that runs the tests, who alone may look into the directory. */
function config(port: number, served: Readonly<Record<string, string>>): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path tmp;`,
  );
  const locations = Object.entries(served).map(([name, words]) => `location /${name}/ { ${words} }`);
  return `
user ${userInfo().username};
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr;
events {}
http {
  ${temporary.join('\n  ')}
  log_format requests escape=json '{"path":"$uri","status":$status,"bytes":$body_bytes_sent,'
    '"ifNoneMatch":"$http_if_none_match","ifModifiedSince":"$http_if_modified_since",'
    '"range":"$http_range","ifRange":"$http_if_range"}';
  access_log access.log requests;
  server {
    listen 127.0.0.1:${port};
    root www;
    ${locations.join('\n    ')}
  }
}
`;
}

/** nginx takes no port 0. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function answers(url: string): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      await (await fetch(url)).arrayBuffer();
      return true;
    } catch {
      // Not yet.
      await sleep(50);
    }
  }
  return false;
}
