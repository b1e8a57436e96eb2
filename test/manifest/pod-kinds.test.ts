import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { groupOf, listItemKind, mayHoldPods, podSpecPath } from '../../server/src/manifest/pod-kinds.ts';
import { readYamlTree } from '../../server/src/manifest/yaml-tree.ts';
import { child, textOf } from '../../server/src/manifest/tree.ts';

describe('podSpecPath', () => {
  it('knows the kinds of each group, of any version', () => {
    assert.deepEqual(podSpecPath('Pod', groupOf('v1')), ['spec']);
    assert.deepEqual(podSpecPath('Deployment', groupOf('extensions/v1beta1')), ['spec', 'template', 'spec']);
    assert.deepEqual(podSpecPath('CronJob', groupOf('batch/v2alpha1'))?.length, 5);
    assert.deepEqual(podSpecPath('PodTemplate', undefined), ['template', 'spec']);
  });

  it("knows no other group's kind of the same name, and no other kind", () => {
    assert.equal(podSpecPath('Pod', groupOf('apps/v1')), undefined);
    assert.equal(podSpecPath('Job', groupOf('batch.volcano.sh/v1alpha1')), undefined);
    for (const kind of ['Service', 'pod', '', 'toString', '__proto__'])
      assert.equal(podSpecPath(kind, ''), undefined);
  });
});

describe('listItemKind', () => {
  it('tells lists of pods from other kinds', () => {
    const kinds = ['List', 'PodList', 'CronJobList', 'ServiceList', 'Pod', 'constructorList'];
    assert.deepEqual(kinds.map(listItemKind), ['', 'Pod', 'CronJob', undefined, undefined, undefined]);
  });
});

describe('mayHoldPods', () => {
  const ways = [
    'kind: Pod',
    'kind : Pod',
    '{"kind":"Pod"}',
    "'kind': 'Pod'",
    '{kind: Pod}',
    '? kind\n: Pod',
    'kind:\n  Pod',
  ];
  ways.push(
    'kind: !!str Pod',
    'kind: &kind Pod',
    'x: &k Pod\nkind: *k',
    'kind: # why\n  Pod',
    'kind: >-\n  Pod',
    'kind:\tPod',
  );
  for (const text of ways) {
    it(`sees the kind in ${JSON.stringify(text)}`, () => {
      const kind = textOf(child({ node: readYamlTree(text, text).root, via: undefined }, 'kind'));
      assert.equal(kind?.value, 'Pod');
      assert.ok(mayHoldPods(text));
    });
  }

  it('sees lists, PodManifests and templated kinds', () => {
    for (const text of [
      'kind: List',
      'kind: DeploymentList',
      '"acKind": "PodManifest"',
      'kind: {{ .a }}',
      'kind: "{{ .a }}"',
    ]) {
      assert.ok(mayHoldPods(text), text);
    }
  });

  it('passes over other documents', () => {
    for (const text of [
      '',
      'services: {}',
      'kind: Service',
      'kind: PodDisruptionBudget',
      'kind: ServiceList',
      'kind:\n  description: x',
    ]) {
      assert.ok(!mayHoldPods(text), text);
    }
  });
});
