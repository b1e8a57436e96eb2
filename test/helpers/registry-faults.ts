/** The ways in which the test registry can misbehave. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from './registry-reply.ts';

export type Fault =
  /** The request is taken and never answered. */
  (
    | { readonly kind: 'hang' }
    /** The connection is reset before an answer. */
    | { readonly kind: 'reset' }
    /** Another answer: 429 with Retry-After, 500, 405, … */
    | {
        readonly kind: 'status';
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: string;
      }
    | { readonly kind: 'redirect'; readonly to: string; readonly status?: number }
    /** The range that was asked for is ignored: 200 and the whole. */
    | { readonly kind: 'ignore-range' }
    /** Headers replaced; `null` removes one: a forged Content-Range, a lying Content-Length, a weak ETag, no digest. */
    | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string | null>> }
    /** Other bytes, under the headers of the right ones. */
    | { readonly kind: 'body'; readonly bytes: Buffer }
    /** The connection is reset after that many bytes of the body. */
    | { readonly kind: 'cut'; readonly after: number }
    /** Nothing more comes after that many bytes of the body, and the connection stays open. */
    | { readonly kind: 'stall'; readonly after: number }
    /** The body comes in pieces of `size` bytes, each after `delay` milliseconds. */
    | { readonly kind: 'drip'; readonly size: number; readonly delay: number }
  ) & {
    /** Only requests of this method; default: all. */
    readonly method?: string;
    /** How many requests it befalls; default: all. */
    readonly times?: number;
  };

type Find = <K extends Fault['kind']>(kind: K) => Extract<Fault, { kind: K }> | undefined;

/** The faults that are in force, in the order in which they were asked for. */
export class Faults {
  readonly #active: { readonly path: string; readonly fault: Fault; left: number }[] = [];

  /** @param path the end of the path of the requests that it befalls */
  add(path: string, fault: Fault): void {
    this.#active.push({ path, fault, left: fault.times ?? Infinity });
  }

  clear(): void {
    this.#active.length = 0;
  }

  /** The faults for one request, which thereby has had them: the first of each kind. */
  take(method: string, path: string): Find {
    const taken = new Map<Fault['kind'], Fault>();
    for (const active of this.#active) {
      const { fault } = active;
      const fits =
        active.left > 0 &&
        path.endsWith(active.path) &&
        (fault.method ?? method) === method &&
        !taken.has(fault.kind);
      if (!fits) continue;
      active.left -= 1;
      taken.set(fault.kind, fault);
    }
    return ((kind: Fault['kind']) => taken.get(kind)) as Find;
  }
}

/** The request as a faulty registry understands it. */
export function distort(request: IncomingMessage, find: Find): IncomingMessage['headers'] {
  if (find('ignore-range') === undefined) return request.headers;
  const entries = Object.entries(request.headers).filter(([name]) => name !== 'range');
  return Object.fromEntries(entries);
}

/** The right answer as a faulty registry words it. */
export function falsify(right: Reply, find: Find): Reply {
  const status = find('status');
  if (status !== undefined) {
    return { status: status.status, headers: status.headers ?? {}, body: Buffer.from(status.body ?? '') };
  }
  const redirect = find('redirect');
  if (redirect !== undefined) {
    return { status: redirect.status ?? 307, headers: { location: redirect.to }, body: Buffer.alloc(0) };
  }
  const changed = { ...right.headers, ...find('headers')?.headers };
  const headers = Object.entries(changed).filter((header): header is [string, string] => header[1] !== null);
  return {
    status: right.status,
    headers: Object.fromEntries(headers),
    body: find('body')?.bytes ?? right.body,
  };
}

/**
 * Sends an answer as far as the faults let it, and resolves when nothing more will be sent.
 * @param sent told of every piece of the body
 */
export async function send(
  response: ServerResponse,
  { status, headers, body }: Reply,
  find: Find,
  sent: (bytes: number) => void,
): Promise<void> {
  if (find('hang') !== undefined) return;
  if (find('reset') !== undefined) {
    response.destroy();
    return;
  }
  response.writeHead(status, headers);
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  const cut = find('cut');
  const stall = find('stall');
  const end = Math.min(body.length, cut?.after ?? Infinity, stall?.after ?? Infinity);
  const { size, delay } = find('drip') ?? { size: end, delay: 0 };
  for (let at = 0; at < end && !response.destroyed; at += size) {
    if (delay > 0) await pause(response, delay);
    const piece = body.subarray(at, Math.min(at + size, end));
    sent(piece.length);
    await new Promise<void>((done) => response.write(piece, () => done()));
  }
  if (end === body.length) finish(response, headers, body);
  else if (cut !== undefined) response.destroy();
  else response.flushHeaders();
}

function finish(response: ServerResponse, headers: Reply['headers'], body: Buffer): void {
  const length = headers['content-length'];
  response.end(() => {
    // After a lie about the length the connection cannot be used again.
    if (length !== undefined && Number(length) !== body.length) response.destroy();
  });
}

/** Waits, but not for a client that has gone away. */
async function pause(response: ServerResponse, delay: number): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once('close', leave);
  await sleep(delay, undefined, { signal: gone.signal }).catch(() => undefined);
  response.off('close', leave);
}
