import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { networkError, speaksNoTls } from '../../../server/src/engine/http/network-error.ts';
import { TransientError } from '../../../server/src/engine/http/transient-error.ts';

const url = new URL('https://registry.example:5000/v2/');
const coded = (code: string, message = 'it failed'): Error => Object.assign(new Error(message), { code });
const errorOf = (error: unknown, signal?: AbortSignal): LarderError =>
  networkError(error, { url, doing: 'get it', signal });

describe('networkError', () => {
  const cases: readonly [string, string, boolean][] = [
    ['ENOTFOUND', 'E_DNS', false],
    ['EAI_AGAIN', 'E_DNS', true],
    ['ECONNREFUSED', 'E_OFFLINE', false],
    ['ENETUNREACH', 'E_OFFLINE', false],
    ['UND_ERR_CONNECT_TIMEOUT', 'E_TIMEOUT', true],
    ['UND_ERR_HEADERS_TIMEOUT', 'E_TIMEOUT', true],
    ['UND_ERR_BODY_TIMEOUT', 'E_TIMEOUT', true],
    ['ETIMEDOUT', 'E_TIMEOUT', true],
    ['ECONNRESET', 'E_OFFLINE', true],
    ['UND_ERR_SOCKET', 'E_OFFLINE', true],
    ['CERT_HAS_EXPIRED', 'E_TLS', false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'E_TLS', false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'E_TLS', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'E_TLS', false],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'E_TLS', false],
    ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'E_TLS', false],
    ['UND_ERR_PRX_TLS', 'E_PROXY', false],
    ['PROXY_ENOTFOUND', 'E_PROXY', false],
    ['HPE_INVALID_CONSTANT', 'E_PROTOCOL', true],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'E_PROTOCOL', true],
  ];
  for (const [code, expected, transient] of cases) {
    it(`tells ${code} as ${expected}, with host and cause`, () => {
      const error = errorOf(coded(code));
      assert.equal(error.code, expected);
      assert.equal(error instanceof TransientError, transient);
      assert.match(
        error.message,
        new RegExp(`^Larder could not get it: registry\\.example:5000 .*\\(${code}\\); .*\\.$`),
      );
    });
  }

  it('looks into the cause', () => {
    assert.equal(errorOf(new TypeError('failed', { cause: coded('ENOTFOUND') })).code, 'E_DNS');
  });

  it('tells an answer that is no HTTP as such, also where undici gives no code', () => {
    const error = errorOf(Object.assign(new Error('does not match'), { name: 'HTTPParserError' }));
    assert.equal(error.code, 'E_PROTOCOL');
  });

  it('tells what the proxy answered', () => {
    const error = errorOf(coded('UND_ERR_ABORTED', 'Proxy response (407) !== 200 when HTTP Tunneling'));
    assert.equal(error.code, 'E_PROXY');
    assert.match(error.message, /the proxy answered 407 when asked to connect to registry\.example:5000/);
  });

  it('tells a cancelled request as such, whatever broke', () => {
    assert.equal(errorOf(coded('ECONNRESET'), AbortSignal.abort()).code, 'E_CANCELLED');
  });

  it('repeats what it does not know', () => {
    const error = errorOf(new Error('the moon is full'));
    assert.equal(error.code, 'E_OFFLINE');
    assert.match(error.message, /the request to registry\.example:5000 failed: the moon is full; check/);
  });

  it('leaves its own errors as they are', () => {
    const own = new LarderError('E_SIZE', 'too much');
    assert.equal(errorOf(own, AbortSignal.abort()), own);
  });
});

describe('speaksNoTls', () => {
  const speaks = (code: string): boolean => !speaksNoTls(errorOf(coded(code)));

  for (const code of ['ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO', 'ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT']) {
    it(`is what ${code} says`, () => assert.equal(speaks(code), false));
  }
  for (const code of [
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ECONNRESET',
    'UND_ERR_HEADERS_TIMEOUT',
  ]) {
    it(`is not what ${code} says`, () => assert.equal(speaks(code), true));
  }
});
