import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readPolicy } from '../../../server/src/domain/policy/read-policy.ts';
import { anyText } from '../../helpers/any-text.ts';
import { readMarkers } from '../../helpers/markers.ts';

const ANY = '[{ "type": "insecureAcceptAnything" }]';
const requirement = (written: string) => `{ "default": [${written}] }`;
const signedBy = (keys: string) => requirement(`{ "type": "signedBy", "keyType": "GPGKeys", ${keys} }`);
const sigstore = (keys: string) => requirement(`{ "type": "sigstoreSigned", ${keys} }`);
const identity = (written: string) => signedBy(`"keyPath": "/k", "signedIdentity": ${written}`);
const scoped = (transport: string, scope: string) =>
  `{ "default": ${ANY}, "transports": { "${transport}": { ${scope}: ${ANY} } } }`;

const valid = (text: string) => {
  const { policy, problems } = readPolicy(text);
  assert.deepEqual(problems, [], text);
  assert(policy !== undefined);
  return policy;
};

/** Asserts that a text has one problem at each mark, and no policy. */
function refused(marked: string, ...messages: readonly RegExp[]): void {
  const { text, marks } = readMarkers(marked);
  const { policy, problems } = readPolicy(text);
  assert.equal(policy, undefined, text);
  assert.deepEqual(
    problems.map(({ span }) => text.slice(span.start, span.end)),
    marks.map((mark) => mark.text),
    text,
  );
  assert.deepEqual(
    problems.map(({ span }) => span),
    marks.map(({ span }) => span),
    text,
  );
  for (const [i, message] of messages.entries()) assert.match(problems[i]?.message ?? '', message);
}

describe('readPolicy', () => {
  it('reads what a policy may have', () => {
    const policy = valid(`{
      "default": [{ "type": "reject" }],
      "transports": {
        "docker": {
          "": [{ "type": "insecureAcceptAnything" }],
          "registry.example/shop": [
            { "type": "signedBy", "keyType": "GPGKeys", "keyPath": "/k.gpg" },
            { "type": "signedBy", "keyType": "signedByX509CAs", "keyPaths": ["/a", "/b"],
              "signedIdentity": { "type": "remapIdentity", "prefix": "m.example", "signedPrefix": "docker.io/library" } }
          ],
          "*.example.com": [{ "type": "signedBy", "keyType": "GPGKeys", "keyData": "aGk=" }]
        },
        "something-new": { "any scope": [{ "type": "reject" }] }
      }
    }`);
    const matchRepoDigestOrExact = { type: 'matchRepoDigestOrExact' };
    assert.deepEqual(policy.default, [{ type: 'reject' }]);
    const docker = policy.transports.get('docker');
    assert.deepEqual([...(docker?.keys() ?? [])], ['', 'registry.example/shop', '*.example.com']);
    assert.deepEqual(docker?.get('registry.example/shop'), [
      {
        ...{ type: 'signedBy', keyType: 'GPGKeys', keys: { kind: 'paths', paths: ['/k.gpg'] } },
        signedIdentity: matchRepoDigestOrExact,
      },
      {
        ...{ type: 'signedBy', keyType: 'signedByX509CAs', keys: { kind: 'paths', paths: ['/a', '/b'] } },
        signedIdentity: { type: 'remapIdentity', prefix: 'm.example', signedPrefix: 'docker.io/library' },
      },
    ]);
    assert.deepEqual(docker.get('*.example.com'), [
      {
        ...{ type: 'signedBy', keyType: 'GPGKeys', signedIdentity: matchRepoDigestOrExact },
        keys: { kind: 'data', data: Uint8Array.of(104, 105) },
      },
    ]);
    assert.deepEqual(policy.transports.get('something-new')?.get('any scope'), [{ type: 'reject' }]);
  });

  it('says what of a sigstore requirement is not checked', () => {
    const fulcio = '{ "caPath": "/ca", "oidcIssuer": "https://i.example", "subjectEmail": "a@b.example" }';
    const read = (keys: string) => {
      const [first] = valid(sigstore(keys)).default;
      assert(first?.type === 'sigstoreSigned');
      return [first.keys?.kind ?? null, first.unsupported];
    };
    assert.deepEqual(read('"keyPath": "/k"'), ['paths', []]);
    assert.deepEqual(read('"keyData": "aGk="'), ['data', []]);
    assert.deepEqual(read('"keyDatas": ["aGk="]'), [null, ['keyDatas']]);
    assert.deepEqual(read('"keyPath": "/k", "rekorPublicKeyPath": "/r"'), ['paths', ['rekorPublicKeyPath']]);
    assert.deepEqual(read(`"fulcio": ${fulcio}, "rekorPublicKeyData": "aGk="`), [
      null,
      ['fulcio', 'rekorPublicKeyData'],
    ]);
    assert.deepEqual(read('"pki": { "caRootsPath": "/ca", "subjectHostname": "h", "subjectEmail": "e" }'), [
      null,
      ['pki'],
    ]);
  });

  it('takes the requirement that no tool checks for one that nothing meets', () => {
    const base = '{ "type": "signedBaseLayer", "baseLayerIdentity": { "type": "matchExact" } }';
    assert.deepEqual(valid(requirement(base)).default, [{ type: 'reject' }]);
    refused(requirement('«a|{» "type": "signedBaseLayer" }'), /must have "baseLayerIdentity"/);
  });

  it('refuses what is no plain JSON', () => {
    const message = /^The policy must be plain JSON, without comments or trailing commas: .*\.$/;
    refused(`{ "default": ${ANY} «a|// why»\n}`, message);
    refused(`{ "default": ${ANY},«a|»}`.replace('«a|»}', '«a|}»'), message);
    refused('«a|»', message);
    refused('\uFEFF{}'.replace('\uFEFF', '«a|\uFEFF»'), message);
  });

  it('refuses what is not a policy', () => {
    refused('«a|[»]', /must be an object/);
    refused('«a|null»');
    refused('«a|{» }', /must have "default"/);
    refused('{ "default": «a|[»] }', /must not be an empty list/);
    refused('{ "default": «a|null» }', /"default" must be a list/);
    refused('{ "default": [«a|null»] }', /must be an object with a "type"/);
    refused(`{ "default": ${ANY}, "transports": «a|null» }`);
    refused(`{ "default": ${ANY}, "transports": { "docker": «a|[»] } }`);
  });

  it('refuses keys that are unknown or stand twice', () => {
    refused(`«a|{» "«b|Default»": ${ANY} }`, /must have "default"/, /write "default"/);
    refused(`{ "default": ${ANY}, "«a|defaults»": 1 }`, /it may have "default", "transports"/);
    refused(`{ "default": ${ANY}, "«a|default»": ${ANY} }`, /a second time/);
    refused(requirement('{ "type": "reject", "«a|why»": "" }'));
    refused(`{ "default": ${ANY}, "transports": { "a": {}, "«a|a»": {} } }`);
    refused(`{ "default": ${ANY}, "transports": { "docker": { "a": ${ANY}, "«a|\\u0061»": ${ANY} } } }`);
    refused(requirement('{ "type": "reject", "«a|constructor»": 1 }'));
  });

  it('refuses requirements of an unknown type', () => {
    refused(requirement('{ "type": "«a|rejct»" }'), /no type of a requirement.*"sigstoreSigned"/);
    refused(requirement('{ "type": "«a|toString»" }'));
    refused(requirement('{ "type": «a|null» }'));
    refused(requirement('«a|{» "Type": "reject" }'));
  });

  it('wants exactly one kind of keys', () => {
    refused(requirement('«a|{» "type": "signedBy", "keyPath": "/k" }'), /must have "keyType"/);
    refused(requirement('{ "type": "signedBy", "keyType": "«a|gpgKeys»", "keyPath": "/k" }'), /GPGKeys/);
    refused(
      requirement('«a|{» "type": "signedBy", "keyType": "GPGKeys" }'),
      /exactly one of "keyPath", "keyPaths", "keyData"/,
    );
    refused(signedBy('"keyPath": "/k", "«a|keyData»": "aGk="'), /only one of/);
    refused(signedBy('"keyPaths": «a|[»]'));
    refused(signedBy('"keyPaths": [«a|null»]'));
    refused(signedBy('"keyPath": «a|""»'));
    refused(signedBy('"keyData": "«a|aGk»"'), /not base64/);
    refused(signedBy('"keyData": "«a|aG k=»"'));
    refused(signedBy('"keyData": «a|""»'));
    valid(signedBy('"keyData": "aG\\nk=\\r\\n"'));
  });

  it('wants what goes together', () => {
    const fulcio = '"caData": "aGk=", "oidcIssuer": "i", "subjectEmail": "e"';
    refused(requirement(`«a|{» "type": "sigstoreSigned", "fulcio": { ${fulcio} } }`), /Rekor/);
    refused(sigstore('"fulcio": «a|{» "caPath": "/c", "oidcIssuer": "i" }, "rekorPublicKeyPath": "/r"'));
    refused(
      requirement(
        '«a|{» "type": "sigstoreSigned", "pki": { "caRootsPath": "/c", "subjectEmail": "e" }, "rekorPublicKeyPath": "/r" }',
      ),
    );
    refused(sigstore('"pki": «a|{» "caRootsPath": "/c" }'), /at least one of "subjectEmail"/);
    refused(sigstore('"keyPath": "/k", "rekorPublicKeyPath": "/r", "«a|rekorPublicKeyPaths»": ["/r"]'));
  });

  it('judges the identity that a signature must give', () => {
    for (const type of ['matchExact', 'matchRepoDigestOrExact', 'matchRepository'])
      valid(identity(`{ "type": "${type}" }`));
    valid(identity('{ "type": "exactReference", "dockerReference": "busybox:1" }'));
    valid(identity('{ "type": "exactRepository", "dockerRepository": "busybox" }'));
    refused(identity('«a|null»'));
    refused(identity('«a|{» }'));
    refused(identity('{ "type": "matchExact", "«a|prefix»": "a" }'));
    refused(identity('«a|{» "type": "exactReference" }'));
    refused(identity('{ "type": "exactReference", "dockerReference": "«a|busybox»" }'), /tag or a digest/);
    refused(identity('{ "type": "exactReference", "dockerReference": "«a|Busybox:1»" }'), /lower case/);
    refused(identity('{ "type": "exactRepository", "dockerRepository": "«a|a b»" }'));
  });

  it('judges the prefixes of an identity that is remapped', () => {
    const remap = (prefix: string) =>
      identity(`{ "type": "remapIdentity", "prefix": "${prefix}", "signedPrefix": "docker.io" }`);
    for (const prefix of [
      'docker.io',
      'docker.io/library/busybox',
      'localhost:5000/a',
      'a/b',
      '[::1]:5000/a',
    ])
      valid(remap(prefix));
    for (const prefix of [
      'a.example/b:1',
      'a.example/',
      'a.example/B',
      '*.example',
      '-a',
      'a.example/b@sha256:aa',
    ])
      refused(remap(`«a|${prefix}»`), /must be a host or a name/);
  });

  it('judges scopes by their transport', () => {
    valid(scoped('docker', '"anything at all"'));
    valid(scoped('atomic', '"a/b/c/d"'));
    valid(scoped('docker-archive', '""'));
    valid(scoped('oci', '"/srv/images:1"'));
    valid(scoped('containers-storage', '"[overlay@/var/lib]docker.io/library"'));
    refused(scoped('docker-archive', '"«a|/srv/a.tar»"'), /no scope but the empty one/);
    refused(scoped('docker-daemon', `"«a|sha256:${'a'.repeat(64)}»"`));
    refused(scoped('dir', '"«a|srv»"'), /absolute path/);
    for (const path of ['/', '/a/', '/a//b', '/a/../b']) refused(scoped('dir', `"«a|${path}»"`));
    refused(scoped('containers-storage', '"«a|docker.io»"'));
  });

  it('keeps scopes that objects have a name for', () => {
    const policy = valid(scoped('__proto__', '"__proto__"'));
    assert.deepEqual(policy.transports.get('__proto__')?.get('__proto__'), [
      { type: 'insecureAcceptAnything' },
    ]);
  });

  it('lists problems in the order of the text', () => {
    refused(`{ "«a|a»": 1, "default": [{ "type": "«b|b»" }], "«c|c»": 2 }`);
  });
});

describe('readPolicy, for any text', () => {
  const words = fc.constantFrom(
    ...['default', 'transports', 'docker', '', 'type', 'signedBy', 'reject', 'keyType', 'GPGKeys', 'keyPath'],
    ...[
      'signedIdentity',
      'matchExact',
      'keyData',
      'aGk=',
      'sigstoreSigned',
      'fulcio',
      '__proto__',
      'toString',
    ],
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 7 },
      words,
      fc.constantFrom(null, true, 1),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(words, tie('value'), { maxKeys: 4 }),
    ),
  }));
  const policyLike = fc.record({ default: value, transports: value }, { requiredKeys: ['default'] });
  const text = fc.oneof(
    anyText(),
    fc.json(),
    fc.tuple(fc.oneof(value, policyLike), fc.nat(), fc.string({ maxLength: 2 })).map(([data, at, more]) => {
      const json = JSON.stringify(data);
      const cut = at % (json.length + 1);
      return at % 3 === 0 ? json : json.slice(0, cut) + more + json.slice(cut);
    }),
  );

  it('has a policy or problems within the text, and takes for JSON what is JSON', () => {
    const isJson = (written: string): boolean => {
      try {
        JSON.parse(written);
        return true;
      } catch {
        // That it is none is the answer.
        return false;
      }
    };
    fc.assert(
      fc.property(text, (written) => {
        const { policy, problems } = readPolicy(written);
        assert.equal(policy === undefined, problems.length > 0);
        for (const { span, message } of problems) {
          assert(0 <= span.start && span.start <= span.end && span.end <= written.length);
          assert.match(message, /^[^\n]+\.$/);
        }
        assert.equal(
          problems.some(({ message }) => message.includes('plain JSON')),
          !isJson(written),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('ends on nesting without end', () => {
    for (const open of ['[', '{"a":', '{"default":[{"type":']) {
      assert.equal(readPolicy(open.repeat(100_000)).policy, undefined);
    }
  });
});
