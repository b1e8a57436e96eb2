import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readPayload } from '../../../server/src/engine/policy/signature-payload.ts';
import { payload } from './signing.ts';

const CLAIM = { manifestDigest: 'sha256:1', dockerReference: 'a/b:1' };
const RIGHT = payload('a/b:1', 'sha256:1');

const read = (text: string): ReturnType<typeof readPayload> => readPayload(Buffer.from(text));

describe('readPayload', () => {
  it('reads what a signature says', () => {
    assert.deepEqual(read(RIGHT), CLAIM);
    assert.deepEqual(read(` ${RIGHT.replaceAll(':{', ' : {\n')}\n`), CLAIM);
  });

  it('passes over what else is optional', () => {
    const optional = (json: string): string => RIGHT.replace(/"optional":\{.*?\}/, `"optional":${json}`);
    for (const json of [
      '{}',
      '{"creator":null,"timestamp":null}',
      '{"timestamp":1.7e9}',
      '{"x":{"y":1,"y":2}}',
    ]) {
      assert.deepEqual(read(optional(json)), CLAIM, json);
    }
    const wrong: [string, RegExp][] = [
      ['null', /"optional" is no object/],
      ['[]', /"optional" is no object/],
      ['{"creator":1}', /"creator" is no text/],
      ['{"timestamp":"1"}', /"timestamp" is no whole number/],
      ['{"timestamp":1.5}', /"timestamp" is no whole number/],
      ['{"x":1,"x":1}', /"optional" has the key "x" twice/],
    ];
    for (const [json, message] of wrong) refuses(optional(json), message);
  });

  it('refuses everything else', () => {
    const cases: [string, RegExp][] = [
      ['', /is no JSON/],
      ['[]', /its content is no object/],
      ['null', /its content is no object/],
      [`${RIGHT}x`, /is no JSON/],
      [`\u{feff}${RIGHT}`, /is no JSON/],
      [RIGHT.replace('{', '{ // comment\n'), /is no JSON/],
      [RIGHT.replace(/\}$/, ',}'), /is no JSON/],
      [RIGHT.replace('"optional"', '"Optional"'), /its content has the key "Optional"/],
      [RIGHT.replace(/,"optional".*/, '}'), /its content has no key "optional"/],
      [RIGHT.replace('{', '{"critical":{},'), /its content has the key "critical" twice/],
      [payload('a', 'b', { type: 'cosign container image signature' }), /its type is "cosign/],
      [payload('a', 'b', { type: 1 }), /"type" is no text/],
      [payload('a', 'b', { more: 1 }), /"critical" has the key "more"/],
      [payload('a', 'b', { image: 'x' }), /"image" is no object/],
      [payload('a', 'b', { image: {} }), /"image" has no key "docker-manifest-digest"/],
      [
        payload('a', 'b', { image: { 'docker-manifest-digest': null } }),
        /"docker-manifest-digest" is no text/,
      ],
      [payload('a', 'b', { identity: { 'docker-reference': 'x', y: 1 } }), /"identity" has the key "y"/],
      [RIGHT.replace('"critical":{', '"critical":{"__proto__":{},'), /"critical" has the key "__proto__"/],
      ['['.repeat(200_000), /is no JSON \(nested too deeply\)/],
    ];
    for (const [text, message] of cases) refuses(text, message);
    const [broken] = [Buffer.concat([Buffer.from(RIGHT.slice(0, -1)), Buffer.of(0xff)])];
    assert.deepEqual(readPayload(broken), { wrong: 'its content is not UTF-8' });
  });

  it('says either what was meant or what is wrong, of any JSON', () => {
    const claim = fc.record({ 'docker-manifest-digest': fc.string(), 'docker-reference': fc.string() });
    fc.assert(
      fc.property(
        claim,
        fc.json(),
        ({ 'docker-manifest-digest': digest, 'docker-reference': name }, json) => {
          assert.deepEqual(read(payload(name, digest)), { manifestDigest: digest, dockerReference: name });
          assert.ok('wrong' in read(json));
        },
      ),
    );
  });

  function refuses(text: string, message: RegExp): void {
    const claim = read(text);
    assert.match('wrong' in claim ? claim.wrong : 'it was read', message);
  }
});
