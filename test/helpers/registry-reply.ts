/** What the test registry answers when nothing is wrong with it: content, ranges, errors. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Content } from './layers.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A manifest or a blob, whole or the part that was asked for (RFC 9110, 14.2 and 13.1.5). */
export function contentReply({ digest, mediaType, bytes }: Content, request: IncomingHttpHeaders): Reply {
  const etag = `"${digest}"`;
  const headers = {
    'content-type': mediaType,
    'docker-content-digest': digest,
    etag,
    'accept-ranges': 'bytes',
  };
  const ifRange = request['if-range'];
  const range = ifRange === undefined || ifRange === etag ? request.range : undefined;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === undefined) return reply(200, headers, bytes);

  const start = Number(first);
  const end = last === '' || last === undefined ? bytes.length : Math.min(Number(last) + 1, bytes.length);
  if (start >= bytes.length) {
    return reply(416, { 'content-range': `bytes */${bytes.length}` }, Buffer.alloc(0));
  }
  const contentRange = `bytes ${start}-${end - 1}/${bytes.length}`;
  return reply(206, { ...headers, 'content-range': contentRange }, bytes.subarray(start, end));
}

/** An error as the distribution specification words it. */
export function errorReply(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Reply {
  return jsonReply(status, { errors: [{ code, message }] }, headers);
}

export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return reply(
    status,
    { 'content-type': 'application/json', ...headers },
    Buffer.from(JSON.stringify(value)),
  );
}

function reply(status: number, headers: Record<string, string>, body: Buffer): Reply {
  return { status, headers: { ...headers, 'content-length': String(body.length) }, body };
}
