import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { unmappedOf } from '../../server/src/domain/pod/kubernetes.ts';
import { readPodSpecs } from '../../server/src/manifest/pod-spec.ts';
import { readManifest } from '../../server/src/manifest/read-manifest.ts';
import { readMarkers } from '../helpers/markers.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');

/** The problems of a text’s pods, and that they stand at its marks. */
function problemsIn(marked: string, format: 'yaml' | 'json' = 'yaml'): readonly string[] {
  const { text, marks } = readMarkers(marked);
  const problems = readPodSpecs(text, format).flatMap((spec) => spec.problems);
  assert.deepEqual(
    problems.map(({ span }) => span),
    marks.map(({ span }) => span),
    JSON.stringify(problems),
  );
  return problems.map(({ message }) => message);
}

describe('readPodSpecs', () => {
  it('finds the pods that readManifest finds, in its order', () => {
    for (const file of readdirSync(EXAMPLES).filter((name) => /\.(?:yaml|json)$/.test(name))) {
      // There readManifest guesses, and this does not.
      if (file === 'helm-template.yaml' || file === 'broken.yaml') continue;
      const text = readFileSync(join(EXAMPLES, file), 'utf8');
      const format = file.endsWith('.json') ? 'json' : 'yaml';
      const images = readManifest(text, format).documents.flatMap(({ pods }, document) =>
        pods.map(({ kind, name, span }) => ({ document, kind, name, span })),
      );
      const whole = readPodSpecs(text, format).map(({ document, kind, name, span }) => {
        return { document, kind, name, span };
      });
      assert.deepEqual(whole, images, file);
    }
  });

  it('reads the items of a list, and nothing else', () => {
    const text = JSON.stringify({
      kind: 'List',
      apiVersion: 'v1',
      items: [
        { kind: 'Service', apiVersion: 'v1' },
        {
          kind: 'Pod',
          apiVersion: 'v1',
          metadata: { name: 'a' },
          spec: { containers: [{ name: 'x', image: 'y' }] },
        },
      ],
    });
    assert.deepEqual(
      readPodSpecs(text, 'json').map(({ name, problems }) => [name, problems]),
      [['a', []]],
    );
    assert.deepEqual(readPodSpecs('kind: Service\n---\n', 'yaml'), []);
  });

  it('counts spans from the start of the file', () => {
    const { text, marks } = readMarkers(
      'a: 1\n---\nkind: Pod\nspec:\n  containers: [{ name: «name|w», image: «image|nginx», «unread|tty»: true }]\n',
    );
    const [spec] = readPodSpecs(text, 'yaml');
    assert.ok(spec?.syntax === 'kubernetes');
    assert.equal(spec.document, 1);
    const [container] = spec.pod.containers;
    assert.deepEqual(
      [container?.span, container?.image?.span, container?.unread[0]?.span],
      marks.map(({ span }) => span),
    );
  });

  it('points at the alias behind which something stands, and reads merged keys', () => {
    const { text, marks } = readMarkers(`kind: Pod
base: &base { image: nginx, tty: true }
probe: &probe { a: b }
command: &command [sh]
spec:
  containers:
    - { name: a, <<: «no|*base», «no|livenessProbe»: *probe, command: *command }
`);
    const [spec] = readPodSpecs(text, 'yaml');
    assert.ok(spec?.syntax === 'kubernetes');
    assert.deepEqual(spec.problems, []);
    assert.deepEqual(
      spec.pod.containers[0]?.command.map(({ value }) => value),
      ['sh'],
    );
    assert.deepEqual(
      unmappedOf(spec.pod).map(({ span }) => span),
      marks.map(({ span }) => span),
    );
  });

  it('tells what has a wrong type, where it stands', () => {
    const problems = problemsIn(`kind: Pod
metadata: «bad|n»ame
spec:
  volumes: «bad|x»
  containers:
    - name: a
      image: b
      args: [«bad|{» a: b }, ok]
      stdin: [1]
`);
    assert.deepEqual(problems, [
      'metadata must be an object.',
      'spec.volumes must be a list.',
      'spec.containers[0].args[0] must be a text.',
    ]);
  });

  it('reads the claims of a StatefulSet as volumes, before those of the same name', () => {
    const { text, marks } = readMarkers(`apiVersion: apps/v1
kind: StatefulSet
spec:
  volumeClaimTemplates: [{ metadata: { name: «no|data» }, spec: { accessModes: [ReadWriteOnce] } }]
  template:
    spec:
      volumes: [{ name: data, emptyDir: {} }]
      containers: [{ name: a, image: b, volumeMounts: [{ name: data, mountPath: «no|/data» }] }]
`);
    const [spec] = readPodSpecs(text, 'yaml');
    assert.ok(spec?.syntax === 'kubernetes');
    assert.deepEqual(
      unmappedOf(spec.pod).map(({ span }) => span),
      marks.map(({ span }) => span),
    );
    assert.match(unmappedOf(spec.pod)[0]?.path ?? '', /^spec\.volumeClaimTemplates\[0\]$/);
  });

  it('wants containers with name and image', () => {
    assert.match(problemsIn('«bad|»kind: Pod\nspec:\n').join(), /spec must have "containers"/);
    assert.match(problemsIn('«bad|»kind: Pod\n').join(), /spec must have "containers"/);
    assert.match(
      problemsIn('kind: Pod\nspec: { containers: [«bad|»{ image: a }] }').join(),
      /spec\.containers\[0\] must have "name"/,
    );
    assert.match(
      problemsIn('kind: Pod\nspec: { containers: [{ name: «bad|a» }] }').join(),
      /must have "image"/,
    );
  });

  it('does not rely on a document with errors, nor on a template', () => {
    const pod = 'kind: Pod\nspec: { containers: [{ name: a, image: b }] }\n';
    assert.match(problemsIn(`a: 1\n«bad|»---\n${pod}x: "\n`).join(), /not valid YAML/);
    assert.match(problemsIn(`${pod}«bad|{{»- if .x }}\n`).join(), /template and no YAML yet/);
    const json = '{ "kind": "Pod", "spec": { "containers": [{ "name": "a", "image": "b" }], } }';
    assert.match(problemsIn(`«bad|»${json}`, 'json').join(), /not valid JSON/);
  });

  it('takes braces in values for what they are', () => {
    const [spec] = readPodSpecs(
      'kind: Pod\nspec: { containers: [{ name: a, image: b, args: ["--format={{\\"a\\"}}"] }] }',
      'yaml',
    );
    assert.ok(spec?.syntax === 'kubernetes');
    assert.deepEqual(spec.problems, []);
    assert.equal(spec.pod.containers[0]?.args[0]?.value, '--format={{"a"}}');
  });

  it('stops at more values than any pod has', () => {
    const env = `env: &env [${'{ name: A }, '.repeat(500)}]`;
    const containers = '{ name: a, image: b, env: *env }, '.repeat(500);
    const text = `${env}\nkind: Pod\nspec: { containers: [${containers}] }`;
    const [spec] = readPodSpecs(text, 'yaml');
    const found = spec?.problems ?? [];
    assert.ok(found.some(({ message }) => /more values than any pod/.test(message)));
    assert.ok(found.length < 2000);
  });

  describe('of appc', () => {
    const pod = (members: string): string => `{ "acKind": "PodManifest", "acVersion": "0.8.11", ${members} }`;

    it('reads the manifest whole', () => {
      const [spec] = readPodSpecs(pod('"apps": [{ "name": "web", "image": { "name": "a.b/c" } }]'), 'json');
      assert.ok(spec?.syntax === 'appc');
      assert.deepEqual(spec.pod?.apps, [{ name: 'web', image: { name: 'a.b/c' } }]);
      assert.deepEqual(spec.problems, []);
    });

    it('tells what appc’s own reader would refuse, and not what it only would not like', () => {
      assert.match(
        problemsIn(pod('"apps": [{ "name": "«bad|Web»", "image": { "id": "sha512-ab" } }]'), 'json').join(),
        /AC name/,
      );
      assert.match(problemsIn(pod('"volumes": null, "apps": [«bad|1»]'), 'json').join(), /object/);
    });

    it('wants JSON', () => {
      const [spec] = readPodSpecs('acKind: PodManifest\napps: []\n', 'yaml');
      assert.ok(spec?.syntax === 'appc');
      assert.equal(spec.pod, undefined);
      assert.match(spec.problems[0]?.message ?? '', /it is not JSON/);
    });
  });

  it('reads any text, and its spans lie in it', () => {
    const base = readFileSync(join(EXAMPLES, 'workloads.yaml'), 'utf8');
    const piece = fc.constantFrom(
      '"',
      '[',
      '}',
      '*a',
      '&a ',
      '<<: ',
      '\n',
      '- ',
      ': ',
      '{{',
      'null',
      '\t',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(20), piece), { maxLength: 6 }), (changes) => {
        let text = base;
        for (const [at, remove, insert] of changes) {
          const start = at % (text.length + 1);
          text = text.slice(0, start) + insert + text.slice(start + remove);
        }
        for (const spec of readPodSpecs(text, 'yaml')) {
          const listed = spec.syntax === 'kubernetes' ? unmappedOf(spec.pod) : [];
          for (const { span } of [...spec.problems, ...listed, spec])
            assert.ok(0 <= span.start && span.start <= span.end && span.end <= text.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});
