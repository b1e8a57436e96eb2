import aws4 from 'aws4';
import type { RktCredentials } from './rkt-auth-file.ts';

/** A request without a body. */
export interface SignedRequest {
  readonly url: URL;
  readonly method: 'GET' | 'HEAD';
}

const SIGNED_HEADERS = ['authorization', 'x-amz-date', 'x-amz-content-sha256'];

/**
 * The headers that prove to S3 who asks (AWS Signature Version 4). They are for this URL, this method and a few minutes.
 * @param now milliseconds since the epoch
 * @returns undefined when the URL cannot be signed, because its path has a `%` that encodes nothing
 */
export function awsHeaders(
  { url, method }: SignedRequest,
  { accessKeyId, secretAccessKey, region }: Extract<RktCredentials, { type: 'aws' }>,
  now: number,
): Readonly<Record<string, string>> | undefined {
  const { hostname, host, pathname, search } = url;
  const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  // Without a region aws4 takes what the host's name says, else us-east-1, as rkt did.
  const request = {
    ...{ hostname, method, path: pathname + search, service: 's3' },
    ...(region !== undefined && { region }),
    headers: { Host: host, 'X-Amz-Date': date },
  };
  try {
    const { headers = {} } = aws4.sign(request, { accessKeyId, secretAccessKey });
    const wanted = Object.entries(headers).map(
      ([name, value]) => [name.toLowerCase(), String(value)] as const,
    );
    return Object.fromEntries(wanted.filter(([name]) => SIGNED_HEADERS.includes(name)));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
