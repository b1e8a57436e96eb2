import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hover } from '../../server/src/features/hover.ts';
import type { FeatureContext } from '../../server/src/features/snapshot.ts';
import { contextOf } from '../helpers/editor.ts';
import { openPolicy, storeWith } from '../helpers/policy-editor.ts';
import { UNREADABLE } from '../helpers/store-view.ts';

function shown(marked: string, context: FeatureContext = contextOf()): string | undefined {
  const { snapshot, position } = openPolicy(marked);
  const contents = hover(snapshot, position, context)?.contents;
  return contents !== undefined && typeof contents === 'object' && 'kind' in contents
    ? contents.value
    : undefined;
}

const requirement = (keys: string) => `{ "default": [{ ${keys} }] }`;

describe('hover in an image policy', () => {
  it('says what a key means', () => {
    assert.match(shown('{ "def‸ault": [] }') ?? '', /no scope below is about/);
    assert.match(shown(requirement('"type": "signedBy", "key‸Path": "/k"')) ?? '', /OpenPGP public keys/);
    assert.match(
      shown(requirement('"type": "sigstoreSigned", "key‸Path": "/k"')) ?? '',
      /sigstore public key/,
    );
    assert.match(
      shown(requirement('"type": "signedBy", "signed‸Identity": {}')) ?? '',
      /matchRepoDigestOrExact/,
    );
    assert.match(shown(requirement('"ty‸pe": ""')) ?? '', /^One of `insecureAcceptAnything`/);
    assert.match(shown('{ "transports": { "dock‸er": {} } }') ?? '', /registries/);
    assert.match(shown('{ "transports": { "some‸thing": {} } }') ?? '', /does not know/);
  });

  it('says what a value means', () => {
    assert.match(shown(requirement('"type": "re‸ject"')) ?? '', /^\*\*reject\*\* {2}\nAccepts no image\.$/);
    assert.match(shown(requirement('"type": "signedBy", "keyType": "GPG‸Keys"')) ?? '', /^\*\*GPGKeys\*\*/);
    assert.match(shown(requirement('"type": "signedBy", "keyPath": "/etc/‸a.gpg"')) ?? '', /absolute path/);
    assert.match(
      shown(requirement('"type": "signedBy", "keyPaths": ["/etc/‸a.gpg"]')) ?? '',
      /Several files/,
    );
    const identity = '"type": "signedBy", "signedIdentity": { "type": "match‸Repository" }';
    assert.match(shown(requirement(identity)) ?? '', /same repository is enough/);
  });

  it('is about the text without its quotes', () => {
    const { snapshot, position } = openPolicy('{ "‸default": [] }');
    assert.deepEqual(hover(snapshot, position, contextOf())?.range, {
      start: { line: 0, character: 3 },
      end: { line: 0, character: 10 },
    });
  });

  it('has nothing to say of what a policy does not have', () => {
    for (const marked of [
      '{ "na‸me": "" }',
      requirement('"type": "rej‸ct"'),
      '{ ‸ }',
      '‸',
      '{ "default": ‸3 }',
    ])
      assert.equal(shown(marked), undefined, marked);
  });
});

describe('hover on a scope', () => {
  const scoped = (scopes: string, transport = 'docker') =>
    `{ "transports": { "${transport}": { ${scopes.replaceAll(/(\S+) /g, '"$1": [], ')} } } }`;
  const names = ['nginx:1', 'nginx:2', 'redis:7'].map((name) => `docker.io/library/${name}`);
  const context = contextOf({ store: storeWith(...names, 'eu.r.example/a:1', 'r.example:5000/b/c:1') });
  const words = (scopes: string) => shown(scoped(scopes), context)?.split('\n\n---\n\n');

  it('says which images it is about, and which of the store fall under it', () => {
    assert.deepEqual(words('docker.io/libr‸ary '), [
      'The repository `docker.io/library` and all repositories below it. The most specific scope alone decides.',
      '3 images in the store fall under it.  \n' +
        'This scope decides for `docker.io/library/nginx:1`, `docker.io/library/nginx:2`, `docker.io/library/redis:7`.',
    ]);
    assert.deepEqual(words('*.exam‸ple ')?.[1]?.split('  \n')[0], '2 images in the store fall under it.');
    assert.deepEqual(words('quay‸.io '), [
      'All images of the registry `quay.io`. The most specific scope alone decides.',
      'No image in the store falls under it.',
    ]);
    assert.match(words('r.example:5000/b/c:‸1 ')?.[0] ?? '', /alone, asked for by exactly this name/);
    assert.match(words('r.example:50‸00 ')?.[0] ?? '', /registry `r\.example:5000`/);
  });

  it('names the more specific scopes that decide', () => {
    assert.equal(
      words('docker.‸io docker.io/library/nginx docker.io/library/redis:7 ')?.[1],
      '3 images in the store fall under it.  \n' +
        '`docker.io/library/nginx` decides for `docker.io/library/nginx:1`, `docker.io/library/nginx:2`.  \n' +
        '`docker.io/library/redis:7` decides for `docker.io/library/redis:7`.',
    );
    const all = shown('{ "transports": { "docker": { "‸": [], "docker.io": [] } } }', context) ?? '';
    assert.match(all, /^All images of registries that no other scope/);
    assert.match(all, /5 images .*This scope decides for `eu\.r\.example\/a:1`, `r\.example:5000\/b\/c:1`/s);
  });

  it('names no more than a few', () => {
    const many = Array.from({ length: 9 }, (_, i) => `r.example/n${i}:1`);
    assert.match(
      shown(scoped('r.exam‸ple '), contextOf({ store: storeWith(...many) })) ?? '',
      /n4:1` and 4 more\.$/,
    );
  });

  it('says why no image falls under it, and when the store cannot be asked', () => {
    assert.match(words('ngi‸nx ')?.[0] ?? '', /^No image falls under the scope .*library/);
    assert.match(
      shown(scoped('quay‸.io '), contextOf({ store: UNREADABLE })) ?? '',
      /could not be asked: .*EACCES/,
    );
  });

  it('is short for other transports', () => {
    assert.match(shown(scoped('/sr‸v ', 'dir')) ?? '', /^Images of this transport by this name or below it/);
  });

  it('shows no text of the file as Markdown', () => {
    fc.assert(
      fc.property(fc.string(), (scope) => {
        const text = JSON.stringify({ transports: { docker: { [`[a](b)${scope}`]: [] } } });
        assert.doesNotMatch(shown(text.replace('[a](b)', '[‸a](b)')) ?? '', /(?<!\\)\[a\]/);
      }),
    );
  });
});
