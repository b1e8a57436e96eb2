import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { appcProblems } from '../../../server/src/manifest/appc-schema/appc-problems.ts';
import { readManifest } from '../../../server/src/manifest/read-manifest.ts';
import { assertProblems, image, pod } from './problems.ts';

describe('appcProblems', () => {
  it('has nothing against other JSON, YAML, and a template that is no JSON yet', () => {
    for (const text of ['', '{}', '{ "kind": "Pod" }', '[{ "acKind": "Pod" }]', '{ "a": { "acKind": 1 } }'])
      assert.deepEqual(appcProblems(text), [], text);
    assert.deepEqual(readManifest('acKind: PodManifest\nacVersion: 1\n', 'yaml').documents[0]?.problems, []);
    assertProblems('{ "acKind": "PodManifest", {{ range .apps }} }');
    assertProblems('{ "acKind": "{{ .kind }}", "apps": 1 }');
  });

  it('wants one of the two kinds', () => {
    assertProblems('{ "acKind": "«schema|Pod»" }', /"PodManifest" or "ImageManifest"/);
    assertProblems('«schema|{» "acVersion": "0.8.11" }', /must have the "acKind"/);
    assertProblems('{ "acKind": «schema|null» }');
    assertProblems(
      '{ "acKind": "«schema|Pod»", "«spec|acKind»": "PodManifest", "acVersion": "1.0.0", "apps": [] }',
    );
  });

  it('wants plain JSON, and tells the first error', () => {
    assertProblems('{ "acKind": "PodManifest" «schema|// why»\n}', /without comments/);
    assertProblems('{ "acKind": "PodManifest", "apps": [1,«schema|]» }');
    assertProblems('{ "acKind:"«schema|PodManifest»" }');
  });

  it('takes keys in any case, as encoding/json does, and warns', () => {
    assertProblems(
      '{ "«spec|ACKIND»": "PodManifest", "acVersion": "1.0.0", "«spec|appſ»": [] }',
      /spelled "acKind"/,
    );
  });

  it('ignores unknown keys', () => assertProblems(pod('"apps": [], "x-mine": { "name": "A B" }')));

  describe('acVersion', () => {
    for (const version of ['0.8.11', '01.2.3', '1.2.3-', '1.2.3+', '1.2.3-a.b-c+d.e', '0.0.0-a'])
      it(`may be ${version}`, () =>
        assertProblems(`{ "acKind": "PodManifest", "acVersion": "${version}", "apps": [] }`));
    for (const version of [
      '',
      '1',
      '1.2',
      'v1.2.3',
      '1.2.3.4',
      '0.0.0',
      '1.2.3-a_b',
      '1.2.3+a+b',
      '-1.2.3',
      '9223372036854775808.0.0',
    ])
      it(`may not be ${JSON.stringify(version)}`, () => {
        const marked = version === '' ? '«schema|""»' : `"«schema|${version}»"`;
        assertProblems(
          `{ "acKind": "PodManifest", "acVersion": ${marked}, "apps": [] }`,
          /must be a version/,
        );
      });
    it('is required in an ImageManifest, and by the specification in a PodManifest', () => {
      assertProblems('«schema|{» "acKind": "ImageManifest", "name": "a" }', /must have "acVersion"/);
      assertProblems('«spec|{» "acKind": "PodManifest", "apps": [] }', /should have "acVersion"/);
      assertProblems('{ "acKind": "PodManifest", "acVersion": «schema|null», "apps": [] }');
    });
  });

  it('never throws, and points into the text', () => {
    const keys = fc.constantFrom(
      ...[
        'apps',
        'name',
        'image',
        'id',
        'labels',
        'value',
        'app',
        'user',
        'group',
        'isolators',
        'volumes',
        'kind',
      ],
      ...[
        'ports',
        'port',
        'count',
        'mounts',
        'volume',
        'environment',
        'annotations',
        'dependencies',
        'set',
        'exec',
      ],
    );
    const value = fc.letrec((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(
          null,
          true,
          0,
          -1,
          1e30,
          '',
          'a',
          'os',
          'resource/cpu',
          'os/linux/seccomp-retain-set',
          '\u{1F600}"\\',
        ),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(keys, tie('json'), { maxKeys: 6 }),
      ),
    })).json;
    const manifest = fc
      .tuple(
        fc.constantFrom('PodManifest', 'ImageManifest'),
        fc.dictionary(keys, value),
        fc.nat(),
        fc.string({ maxLength: 2 }),
      )
      .map(([acKind, rest, at, insert]) => {
        const text = JSON.stringify({ acKind, ...rest }, null, at % 3);
        const place = 30 + (at % text.length);
        return at % 2 === 0 ? text : text.slice(0, place) + insert + text.slice(place);
      });
    fc.assert(
      fc.property(manifest, (text) => {
        for (const { span, message } of appcProblems(text)) {
          assert.ok(0 <= span.start && span.start <= span.end && span.end <= text.length);
          assert.match(message, /^[^\p{Cc}\p{Cf}]+\.$/u);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reads what is nested too deep as no manifest', () => {
    assert.deepEqual(appcProblems(`{ "acKind": "PodManifest", "a": ${'['.repeat(200_000)}`), []);
  });

  it('refuses whatever JSON.parse refuses', () => {
    const valid = image('"labels": [{ "name": "os", "value": "linux" }], "app": null');
    fc.assert(
      fc.property(
        fc.nat(valid.length),
        fc.nat(3),
        fc.constantFrom('', ',', '"', '1', '01', '}', ']', '\\', '\t', '//', ':', '-', '.'),
        (at, remove, insert) => {
          const text = valid.slice(0, at) + insert + valid.slice(at + remove);
          if (!/ackind"?\s*:/i.test(text) || !text.trimStart().startsWith('{')) return;
          const isJson = ((): boolean => {
            try {
              JSON.parse(text);
              return true;
            } catch {
              return false;
            }
          })();
          if (!isJson)
            assert.ok(
              appcProblems(text).some(({ message }) => message.includes('plain JSON')),
              text,
            );
        },
      ),
      { numRuns: 500 },
    );
  });
});
