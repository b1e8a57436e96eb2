import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { HttpCredentials } from '../../../server/src/engine/auth/http-credentials.ts';
import { NOW } from '../store/fixture.ts';
import { withHome } from './fixture.ts';

const DIRECTORY = '.config/larder/auth.d';
const file = (type: string, credentials: object, ...domains: string[]) => ({
  ...{ rktKind: 'auth', rktVersion: 'v1', domains, type, credentials },
});

/** The headers for a GET of a URL, with one file of credentials. */
async function headersFor(content: unknown, url: string): Promise<Readonly<Record<string, string>>> {
  let headers: Readonly<Record<string, string>> = {};
  await withHome(async ({ host, write }) => {
    await write(`${DIRECTORY}/a.json`, content);
    headers = await new HttpCredentials(host, 'linux').headersFor({ url: new URL(url), method: 'GET' });
  });
  return headers;
}

describe('HttpCredentials', () => {
  const basic = file(
    'basic',
    { user: 'foo', password: 'bär' },
    'example.com',
    'other.example:8443',
    '127.0.0.1:80',
  );
  const basicHeader = { authorization: `Basic ${Buffer.from('foo:bär').toString('base64')}` };

  it('gives basic and bearer headers', async () => {
    assert.deepEqual(await headersFor(basic, 'https://example.com/app.aci'), basicHeader);
    const oauth = file('oauth', { token: 'sometoken' }, 'example.com');
    assert.deepEqual(await headersFor(oauth, 'https://example.com/'), { authorization: 'Bearer sometoken' });
  });

  it('are for one host and port, where the default port is the same as none', async () => {
    for (const url of ['https://EXAMPLE.com:443/a', 'https://other.example:8443/', 'http://127.0.0.1/']) {
      assert.deepEqual(await headersFor(basic, url), basicHeader, url);
    }
    for (const url of ['https://example.com:8443/', 'https://www.example.com/', 'https://other.example/']) {
      assert.deepEqual(await headersFor(basic, url), {}, url);
    }
    const port = file('basic', { user: 'foo', password: 'bär' }, 'Example.com:443');
    assert.deepEqual(await headersFor(port, 'https://example.com/'), basicHeader);
  });

  it('are not sent over plain http, and a warning says so', () =>
    withHome(async ({ host, write }) => {
      await write(`${DIRECTORY}/a.json`, basic);
      const url = new URL('http://example.com/a');
      assert.deepEqual(await new HttpCredentials(host, 'linux').headersFor({ url, method: 'GET' }), {});
      assert.match(
        host.warnings[0] ?? '',
        /^The credentials for example\.com in .*a\.json are not sent over plain http\.$/,
      );
      assert.doesNotMatch(host.warnings.join(), /bär/);
    }));

  it('are none without a file', () =>
    withHome(async ({ host }) => {
      const url = new URL('https://example.com/');
      assert.deepEqual(await new HttpCredentials(host, 'linux').headersFor({ url, method: 'HEAD' }), {});
    }));

  it('are an error when a file is broken', () =>
    assert.rejects(headersFor('{', 'https://example.com/'), { code: 'E_CREDENTIALS' }));

  const keys = {
    accessKeyID: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  };
  const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

  it('sign requests to S3, with the region of the file or of the host', async () => {
    const host = 'bucket.s3.eu-central-1.amazonaws.com';
    const url = `https://${host}/a%20b/app.aci?version=1`;
    const headers = await headersFor(file('aws', keys, host), url);
    assert.deepEqual(Object.keys(headers).sort(), ['authorization', 'x-amz-content-sha256', 'x-amz-date']);
    assert.equal(headers['x-amz-content-sha256'], EMPTY);
    assert.equal(headers['x-amz-date'], new Date(NOW).toISOString().replace(/[-:]|\.000/g, ''));
    assert.equal(headers['authorization'], signature('eu-central-1', host, '/a%20b/app.aci', 'version=1'));
    const named = await headersFor(file('aws', { ...keys, awsRegion: 'eu-west-1' }, host), url);
    assert.equal(named['authorization'], signature('eu-west-1', host, '/a%20b/app.aci', 'version=1'));
    const own = await headersFor(file('aws', keys, 's3.example:9000'), 'https://s3.example:9000/b/app.aci');
    assert.equal(own['authorization'], signature('us-east-1', 's3.example:9000', '/b/app.aci', ''));
    assert.doesNotMatch(JSON.stringify([headers, named, own]), /wJalr/);
  });

  it('cannot sign a path that is not encoded', () =>
    assert.rejects(headersFor(file('aws', keys, 's3.example'), 'https://s3.example/%zz'), {
      code: 'E_CREDENTIALS',
      message: /on s3\.example cannot be signed for AWS/,
    }));

  /** AWS Signature Version 4 of a GET, written down from its specification. */
  function signature(region: string, host: string, path: string, query: string): string {
    const date = new Date(NOW).toISOString().replace(/[-:]|\.000/g, '');
    const signed = 'host;x-amz-content-sha256;x-amz-date';
    const headers = `host:${host}\nx-amz-content-sha256:${EMPTY}\nx-amz-date:${date}\n`;
    const canonical = ['GET', path, query, headers, signed, EMPTY].join('\n');
    const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
    const hash = createHash('sha256').update(canonical).digest('hex');
    const key = [date.slice(0, 8), region, 's3', 'aws4_request'].reduce<Buffer | string>(
      (last, part) => createHmac('sha256', last).update(part).digest(),
      `AWS4${keys.secretAccessKey}`,
    );
    const text = ['AWS4-HMAC-SHA256', date, scope, hash].join('\n');
    const mac = createHmac('sha256', key).update(text).digest('hex');
    return `AWS4-HMAC-SHA256 Credential=${keys.accessKeyID}/${scope}, SignedHeaders=${signed}, Signature=${mac}`;
  }
});
