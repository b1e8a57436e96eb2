import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { idleScope } from '../../../server/src/domain/policy/idle-scope.ts';
import { scopesOf } from '../../../server/src/domain/policy/policy-scope.ts';
import { parseReference } from '../../../server/src/domain/reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('idleScope', () => {
  it('finds scopes that no image falls under, and says what to write', () => {
    const cases: Readonly<Record<string, RegExp>> = {
      busybox: /"docker\.io\/library\/busybox"/,
      'busybox:1.36': /"docker\.io\/library\/busybox:1\.36"/,
      'library/nginx': /"docker\.io\/library\/nginx"/,
      'docker.io/nginx:1': /"docker\.io\/library\/nginx:1"/,
      'https://registry.example.com': /without ":\/\/"/,
      'docker://nginx': /without ":\/\/"/,
      'registry-1.docker.io/library': /Docker Hub is "docker\.io"/,
      'index.docker.io': /Docker Hub is "docker\.io"/,
      '*': /wildcard/,
      '*.example.com/shop': /wildcard/,
      '*.example.com:5000': /wildcard/,
      'example*.*.com': /wildcard/,
      '-a.example/b': /not a host name/,
      'registry.example/Shop': /lower case/,
      'registry.example/shop/': /./,
      [`registry.example/shop:1@${DIGEST}`]: /both a tag and a digest/,
      'registry.example/shop@sha256:12': /64 hex digits/,
    };
    for (const [scope, advice] of Object.entries(cases)) {
      const message = idleScope(scope);
      assert.match(message ?? '', /^No image falls under the scope .*\.$/, scope);
      assert.match(message ?? '', advice);
    }
  });

  it('says nothing of scopes that images may fall under', () => {
    for (const scope of [
      '',
      '*.com',
      '*.example.com',
      'docker.io',
      'docker.io/nginx',
      'localhost',
      'h:5000/a',
      'h:1',
    ])
      assert.equal(idleScope(scope), undefined, scope);
  });

  it('says nothing of a scope of any image', () => {
    const host = fc.constantFrom(
      'docker.io',
      'quay.io',
      'localhost:5000',
      'a.b.example.com',
      '[::1]:80',
      'UP',
    );
    const part = fc.stringMatching(/^[a-z0-9]{1,5}$/);
    const version = fc.constantFrom('', ':1.27', `@${DIGEST}`);
    fc.assert(
      fc.property(host, fc.array(part, { minLength: 1, maxLength: 3 }), version, (name, parts, suffix) => {
        for (const scope of scopesOf(parseReference(`${name}/${parts.join('/')}${suffix}`)))
          assert.equal(idleScope(scope), undefined, scope);
      }),
    );
  });

  it('answers for any text', () => {
    fc.assert(fc.property(fc.string(), (scope) => void idleScope(scope)));
  });
});
