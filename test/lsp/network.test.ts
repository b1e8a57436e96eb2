import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseNetwork } from '../../server/src/lsp/network.ts';

describe('parseNetwork', () => {
  it('reads what VS Code sends', () => {
    const sent = {
      proxy: 'http://p.example',
      noProxy: ['a.example'],
      strictSSL: false,
      certificates: ['PEM'],
    };
    assert.deepEqual(parseNetwork(sent), sent);
  });

  it('takes an empty proxy for none', () => {
    assert.equal(parseNetwork({ proxy: '' })?.proxy, null);
  });

  it('verifies certificates unless told not to in so many words', () => {
    fc.assert(
      fc.property(fc.anything(), (strictSSL) => {
        assert.equal(parseNetwork({ strictSSL })?.strictSSL, strictSSL !== false);
      }),
    );
  });

  it('reads anything', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 3 }), (value) => {
        const network = parseNetwork(value);
        assert(network === null || network.noProxy.every((host) => typeof host === 'string'));
      }),
    );
  });
});
