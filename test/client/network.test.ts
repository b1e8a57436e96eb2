import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import * as tls from 'node:tls';
import { seen } from './vscode-stub.ts';

const { extraCertificates, networkSecrets, networkSettings } = await import('../../client/src/network.ts');
const keyOf = (certificate: string): string => certificate.replace(/\s+/g, '');

describe('the network settings', () => {
  beforeEach(() => seen.settings.clear());

  it('are those of VS Code', () => {
    seen.settings.set('http.proxy', 'http://proxy.example:3128');
    seen.settings.set('http.noProxy', ['r.example']);
    seen.settings.set('http.proxyStrictSSL', false);
    assert.deepEqual(networkSettings(['PEM']), {
      proxy: 'http://proxy.example:3128',
      noProxy: ['r.example'],
      strictSSL: false,
      certificates: ['PEM'],
    });
  });

  it('leave the proxy to the environment when there is none', () => {
    seen.settings.set('http.proxy', '');
    assert.deepEqual(networkSettings([]), { proxy: null, noProxy: [], strictSSL: true, certificates: [] });
  });
});

describe('the secrets of the network settings', () => {
  beforeEach(() => seen.settings.clear());

  it("are the proxy's password and its authorization", () => {
    seen.settings.set('http.proxy', 'http://carly:s3cret@proxy.example:3128');
    seen.settings.set('http.proxyAuthorization', 'Basic abc');
    const settings = networkSettings([]);
    assert.equal(settings.proxyAuthorization, 'Basic abc');
    assert.deepEqual(networkSecrets(settings), ['Basic abc', 's3cret']);
  });

  it('are none where there are none', () => {
    for (const proxy of ['', 'http://proxy.example', 'proxy']) {
      seen.settings.set('http.proxy', proxy);
      assert.deepEqual(networkSecrets(networkSettings([])), []);
    }
  });
});

describe('extraCertificates', () => {
  beforeEach(() => seen.settings.clear());

  it('are each sent once, and none that Node has already', () => {
    const keys = extraCertificates().map(keyOf);
    const bundled = new Set(tls.getCACertificates('bundled').map(keyOf));
    assert.equal(new Set(keys).size, keys.length);
    assert(!keys.some((key) => bundled.has(key)));
  });

  it("leave the system's out when VS Code does", () => {
    seen.settings.set('http.systemCertificates', false);
    const extra = new Set(tls.getCACertificates('extra').map(keyOf));
    assert(extraCertificates().every((certificate) => extra.has(keyOf(certificate))));
  });
});
