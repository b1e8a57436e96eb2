import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redirectTarget } from '../../../server/src/engine/http/redirect.ts';

const target = (from: string, location: string | undefined, allowHttp = false): string => {
  const url = new URL(from);
  return redirectTarget(url, location, allowHttp, { url, doing: 'get it' }).href;
};

describe('redirectTarget', () => {
  it('takes relative and absolute locations', () => {
    assert.equal(target('https://a.example/x/y', '../z?q'), 'https://a.example/z?q');
    assert.equal(target('https://a.example/x', 'https://b.example/'), 'https://b.example/');
    assert.equal(target('http://127.0.0.1:5000/x', 'https://b.example/'), 'https://b.example/');
  });

  it('stays with plain http on this machine', () => {
    assert.equal(target('http://127.0.0.1:5000/x', 'http://localhost:5001/y'), 'http://localhost:5001/y');
  });

  it('goes to plain http anywhere when that is allowed', () => {
    assert.equal(target('https://a.example/', 'http://b.example/', true), 'http://b.example/');
  });

  for (const [from, location] of [
    ['https://a.example/', 'http://a.example/'],
    ['http://127.0.0.1:5000/', 'http://a.example/'],
    // What is on the internet must not make Larder ask services of this machine.
    ['https://a.example/', 'http://127.0.0.1:8080/'],
  ] as const) {
    it(`refuses plain http from ${from} to ${location}`, () => {
      assert.throws(() => target(from, location), {
        code: 'E_TLS',
        message: /to plain http at .*, which is refused/,
      });
    });
  }

  for (const location of [undefined, 'http://', 'https://[', 'file:///etc/passwd', 'data:,x']) {
    it(`refuses the location ${location ?? 'that is missing'}`, () => {
      assert.throws(() => target('https://a.example/', location), { code: 'E_PROTOCOL' });
    });
  }
});
