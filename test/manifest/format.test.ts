import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jsonFormat } from '../../server/src/manifest/format.ts';

describe('jsonFormat', () => {
  it('knows image policies by their name', () => {
    for (const path of [
      'file:///etc/containers/policy.json',
      '/home/ann/.config/containers/policy.json',
      'C:\\srv\\containers\\policy.json',
      'vscode-remote://ssh/etc/containers/policy.json',
    ])
      assert.equal(jsonFormat(path), 'policy', path);
    for (const path of ['policy.json', 'file:///srv/aws/policy.json', 'untitled:policy.json/policy.json'])
      assert.equal(jsonFormat(path), 'maybe-policy', path);
    for (const path of [
      'pod.json',
      '/etc/containers/storage.json',
      'my-policy.json',
      'policy.json/pod.json',
      '',
    ])
      assert.equal(jsonFormat(path), 'json', path);
  });
});
