import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { authFor, helperFor, parseAuthFile } from '../../../server/src/engine/auth/auth-file.ts';
import { APP, auth, HUB_APP } from './fixture.ts';

const parse = (value: unknown) => parseAuthFile(JSON.stringify(value), '/c.json');
const found = (entry: unknown, repository = APP) =>
  authFor(parse({ auths: { [repository.registry]: entry } }), repository);

describe('a file with auths', () => {
  it('has user names and passwords, together in base64 or apart', () => {
    const expected = { kind: 'basic', username: 'carly', password: 'p:ä:ss' };
    assert.deepEqual(found(auth('carly', 'p:ä:ss')), expected);
    assert.deepEqual(found({ username: 'carly', password: 'p:ä:ss' }), expected);
    assert.deepEqual(
      found({ ...auth('carly', 'p:ä:ss'), username: 'other', email: 'c@example.com' }),
      expected,
    );
  });

  it('may have padded the password with zeros', () => {
    assert.deepEqual(found(auth('carly', 'pass\0\0')), {
      kind: 'basic',
      username: 'carly',
      password: 'pass',
    });
  });

  it('has tokens, which count before passwords', () => {
    const basic = auth('carly', 'pass');
    assert.deepEqual(found({ ...basic, identitytoken: 'id' }), { kind: 'identity-token', token: 'id' });
    assert.deepEqual(found({ ...basic, identitytoken: 'id', registrytoken: 'reg' }), {
      kind: 'registry-token',
      token: 'reg',
    });
  });

  it('may have an empty entry, which is none', () => {
    assert.equal(found({}), undefined);
    const file = parse({ auths: { 'quay.io': {}, 'https://quay.io/v1/': auth('carly', 'pass') } });
    assert.deepEqual(authFor(file, APP), { kind: 'basic', username: 'carly', password: 'pass' });
  });

  it('may be empty', () => {
    assert.equal(authFor(parseAuthFile('', '/c.json'), APP), undefined);
    assert.equal(authFor(parse({}), HUB_APP), undefined);
  });

  it('names helpers, also by the ways to write Docker Hub, and with an empty name none', () => {
    const file = parse({
      credHelpers: {
        'quay.io': 'q',
        'https://index.docker.io/v1/': 'hub',
        'quay.io/team': 'no',
        'r.example': '',
      },
    });
    assert.equal(helperFor(file, 'quay.io'), 'q');
    assert.equal(helperFor(file, 'registry-1.docker.io'), 'hub');
    assert.equal(helperFor(file, 'r.example'), '');
    assert.equal(helperFor(file, 'other.example'), undefined);
    assert.equal(parse({ credsStore: '' }).credsStore, undefined);
  });

  it('may have keys that JavaScript gives a meaning to', () => {
    const file = parseAuthFile(
      '{"auths":{"__proto__":{"auth":"x"},"constructor":3},"credHelpers":{"__proto__":"x"}}',
      '/c.json',
    );
    assert.equal(authFor(file, APP), undefined);
    assert.equal(helperFor(file, 'constructor'), undefined);
  });

  const wrong: [string, RegExp][] = [
    ['{"auths":', /\/c\.json: it is not valid JSON;/],
    ['{"auths": {\n"a": 1 "b"}}', /it is not valid JSON, in its line 2;/],
    ['[]', /it is not a JSON object/],
    ['{"auths": []}', /its "auths" is not an object/],
    ['{"credHelpers": "x"}', /its "credHelpers" is not an object/],
    ['{"credHelpers": {"quay.io": 7}}', /has something that is no name/],
    ['{"credsStore": {}}', /its "credsStore" is not the name of a helper/],
  ];
  for (const [text, message] of wrong) {
    it(`is refused when it is ${text}`, () => {
      assert.throws(() => parseAuthFile(text, '/c.json'), { code: 'E_CREDENTIALS', message });
    });
  }

  const wrongEntries: [unknown, RegExp][] = [
    ['text', /the entry for quay\.io is not an object/],
    [{ auth: 7 }, /has a "auth" that is no text/],
    [{ auth: '!!!' }, /has an "auth" that is not a user name and a password in base64/],
    [{ auth: Buffer.from('no colon').toString('base64') }, /not a user name and a password/],
    [{ auth: Buffer.from(':no user').toString('base64') }, /not a user name and a password/],
    [{ auth: Buffer.from([0x61, 0x3a, 0xff]).toString('base64') }, /not a user name and a password/],
    [{ registrytoken: 'two\r\nlines' }, /has a "registrytoken" that cannot be sent/],
    [{ identitytoken: [] }, /has a "identitytoken" that is no text/],
  ];
  for (const [entry, message] of wrongEntries) {
    it(`is refused when the entry is ${JSON.stringify(entry)}, and only then`, () => {
      const file = parse({ auths: { 'quay.io': entry, 'r.example': auth('carly', 'pass') } });
      assert.throws(() => authFor(file, APP), { code: 'E_CREDENTIALS', message });
      assert.notEqual(authFor(file, { registry: 'r.example', repository: 'app' }), undefined);
    });
  }

  const secret = fc.string({
    minLength: 8,
    maxLength: 40,
    unit: fc.constantFrom('X', 'Y', 'Z', 'W', 'Q', 'K', '$', '#', '~'),
  });

  it('is read without any other error, and no error tells a secret', () => {
    const value = fc.oneof(fc.string(), fc.constant(null), fc.integer(), fc.constant({}), fc.constant([]));
    const entry = (text: string) =>
      fc.record(
        {
          auth: fc.oneof(fc.constant(text), fc.constant(Buffer.from(text).toString('base64')), value),
          username: value,
          password: fc.oneof(fc.constant(text), value),
          identitytoken: fc.oneof(fc.constant(`${text}\n`), value),
          registrytoken: fc.oneof(fc.constant(`${text}\r\n`), value),
        },
        { requiredKeys: [] },
      );
    const files = secret.chain((text) =>
      fc.tuple(
        fc.constant(text),
        fc
          .record({ auths: fc.dictionary(fc.constantFrom('quay.io', 'https://quay.io', 'x'), entry(text)) })
          .map((file) => JSON.stringify(file)),
        fc.nat(200),
        fc.string(),
      ),
    );
    fc.assert(
      fc.property(files, ([text, file, at, noise]) => {
        for (const content of [file, file.slice(0, at) + noise + file.slice(at)]) {
          try {
            authFor(parseAuthFile(content, '/c.json'), APP);
          } catch (error) {
            assert.ok(error instanceof LarderError, String(error));
            assert.equal(error.code, 'E_CREDENTIALS');
            assert.equal(error.cause, undefined);
            for (const form of [text, Buffer.from(text).toString('base64')]) {
              assert.ok(!error.message.includes(form), error.message);
            }
          }
        }
      }),
    );
  });
});
