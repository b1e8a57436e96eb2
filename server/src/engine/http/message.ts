import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Errand } from './network-error.ts';

export type RequestHeaders = Readonly<Record<string, string>>;

export type Body = Dispatcher.ResponseData['body'];

export interface HttpRequest extends Errand {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers?: RequestHeaders;
  readonly body?: string;
  /** Its Authorization is somebody's secret: it is left out over plain http, but to this machine. */
  readonly confidential?: boolean;
  /** The statuses that are an answer; any other is an error. */
  readonly expect: readonly number[];
  /** Whether a redirect is followed; else it is one more status. */
  readonly redirects: 'follow' | 'refuse';
  /** Asked instead where the host of `url` does not speak TLS; absent: then nothing is asked. */
  readonly plainUrl?: URL | undefined;
  /** How long a host that wants to be left alone is waited for, in milliseconds; absent: as long as anybody waits. */
  readonly patience?: number;
  /** The certificate of the host of `url` is not looked at, as the user has configured; that of no other host. */
  readonly unverified?: boolean;
}

export interface Redirect {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** To be read or discarded: until then it holds its connection. */
  readonly body: Body;
  /** Who answered, after all redirects. */
  readonly url: URL;
  /** The redirects on the way, the first first. */
  readonly redirects: readonly Redirect[];
}

/** A header of a response, by its name in lower case. One that came several times is one list (RFC 9110, 5.2). */
export function headerOf({ headers }: Pick<HttpResponse, 'headers'>, name: string): string | undefined {
  const value: string | string[] | undefined = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
