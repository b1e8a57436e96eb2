import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { parseRktAuthFile } from '../../../server/src/engine/auth/rkt-auth-file.ts';

const parse = (value: unknown) => parseRktAuthFile(JSON.stringify(value), '/a.json');
const AUTH = { rktKind: 'auth', rktVersion: 'v1', domains: ['Example.com:8443', 'example.org'] };
const BASIC = { ...AUTH, type: 'basic', credentials: { user: 'carly', password: 'pass' } };
const OAUTH = { ...AUTH, type: 'oauth', credentials: { token: 'sometoken' } };
const AWS = { ...AUTH, type: 'aws', credentials: { accessKeyID: 'AKIA1', secretAccessKey: 'k/+y' } };
const DOCKER = { ...BASIC, rktKind: 'dockerAuth', registries: ['index.docker.io'] };

describe("a file of rkt's auth.d", () => {
  it('has basic, oauth and aws credentials for domains', () => {
    const file = { kind: 'auth', path: '/a.json', hosts: ['example.com:8443', 'example.org'] };
    assert.deepEqual(parse(BASIC), {
      ...file,
      credentials: { type: 'basic', user: 'carly', password: 'pass' },
    });
    assert.deepEqual(parse(OAUTH), { ...file, credentials: { type: 'oauth', token: 'sometoken' } });
    const aws = { type: 'aws', accessKeyId: 'AKIA1', secretAccessKey: 'k/+y' };
    assert.deepEqual(parse(AWS), { ...file, credentials: { ...aws, region: undefined } });
    assert.deepEqual(parse({ ...AWS, credentials: { ...AWS.credentials, awsRegion: 'eu-west-1' } }), {
      ...file,
      credentials: { ...aws, region: 'eu-west-1' },
    });
  });

  it('has user names and passwords for registries', () => {
    assert.deepEqual(parse(DOCKER), {
      ...{ kind: 'dockerAuth', path: '/a.json', hosts: ['index.docker.io'] },
      credentials: { type: 'basic', user: 'carly', password: 'pass' },
    });
  });

  const wrong: [unknown, RegExp][] = [
    [[], /\/a\.json: it is not a JSON object; correct the file/],
    [{ ...BASIC, rktKind: '' }, /it has no "rktKind"/],
    [
      { ...BASIC, rktKind: 'paths' },
      /its "rktKind" is "paths", and only "auth" and "dockerAuth" belong into auth\.d/,
    ],
    [{ ...BASIC, rktVersion: undefined }, /it has no "rktVersion"/],
    [{ ...BASIC, rktVersion: 'v2' }, /its "rktVersion" is "v2", and only "v1" is known/],
    [{ ...BASIC, domains: [] }, /its "domains" must be a list of hosts/],
    [{ ...BASIC, domains: 'example.com' }, /its "domains" must be a list of hosts/],
    [{ ...BASIC, domains: [7] }, /its "domains" has something that is no host/],
    [
      { ...BASIC, domains: ['https://example.com'] },
      /has "https:\/\/example\.com", which is not HOST or HOST:PORT/,
    ],
    [{ ...BASIC, domains: ['example.com/path'] }, /which is not HOST/],
    [{ ...BASIC, domains: ['me@example.com'] }, /which is not HOST/],
    [{ ...BASIC, domains: ['example.com:99999'] }, /which is not HOST/],
    [{ ...BASIC, type: undefined }, /it has no "type"/],
    [{ ...BASIC, type: 'digest' }, /its "type" is "digest", and only "basic", "oauth" and "aws" are known/],
    [{ ...BASIC, type: 'constructor' }, /its "type" is "constructor"/],
    [{ ...BASIC, credentials: undefined }, /it has no "credentials"/],
    [{ ...BASIC, credentials: { user: 'carly' } }, /it has no "password"/],
    [{ ...BASIC, credentials: { password: 'pass' } }, /it has no "user"/],
    [{ ...OAUTH, credentials: {} }, /it has no "token"/],
    [{ ...OAUTH, credentials: { token: 'a\r\nb' } }, /its "token" has characters that cannot be sent/],
    [{ ...AWS, credentials: { accessKeyID: 'A' } }, /it has no "secretAccessKey"/],
    [{ ...AWS, credentials: { secretAccessKey: 'A' } }, /it has no "accessKeyID"/],
    [
      { ...AWS, credentials: { ...AWS.credentials, awsRegion: 'eu west' } },
      /its "awsRegion" is not the name/,
    ],
    [{ ...DOCKER, registries: undefined }, /its "registries" must be a list of hosts/],
    [{ ...DOCKER, credentials: { user: 'carly', password: 7 } }, /it has no "password"/],
  ];
  for (const [file, message] of wrong) {
    it(`is refused: ${message.source}`, () => {
      assert.throws(() => parse(file), { code: 'E_CREDENTIALS', message });
    });
  }

  it('is read without any other error, and no error tells a secret', () => {
    const secret = fc.string({
      minLength: 8,
      maxLength: 20,
      unit: fc.constantFrom('X', 'Y', 'Z', 'W', 'Q', 'K', '$', '#', '~', '\n'),
    });
    const some = (...values: unknown[]) =>
      fc.oneof(...values.map((value) => fc.constant(value)), fc.jsonValue());
    const file = secret.chain((text) =>
      fc.record({
        text: fc.constant(text),
        file: fc.record(
          {
            rktKind: some('auth', 'dockerAuth'),
            rktVersion: some('v1'),
            domains: some(['example.com']),
            registries: some(['example.com']),
            type: some('basic', 'oauth', 'aws'),
            credentials: fc.record(
              Object.fromEntries(
                ['user', 'password', 'token', 'accessKeyID', 'secretAccessKey'].map((name) => [
                  name,
                  some(text, [text], { text }),
                ]),
              ),
              { requiredKeys: [] },
            ),
          },
          { requiredKeys: ['rktKind', 'rktVersion'] },
        ),
        cut: fc.nat(300),
      }),
    );
    fc.assert(
      fc.property(file, ({ text, file, cut }) => {
        const whole = JSON.stringify(file);
        for (const content of [whole, whole.slice(0, cut)]) {
          try {
            parseRktAuthFile(content, '/a.json');
          } catch (error) {
            assert.ok(error instanceof LarderError, String(error));
            assert.equal(error.cause, undefined);
            assert.ok(!error.message.includes(text), error.message);
          }
        }
      }),
    );
  });
});
