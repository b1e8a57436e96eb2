import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseReference } from '../../../server/src/domain/reference.ts';
import { lookasideOf } from '../../../server/src/engine/policy/registries-d.ts';
import { withDirectory } from '../store/fixture.ts';

type Files = Readonly<Record<string, string>>;

/** Asks with these files in the user's registries.d. */
async function ask(files: Files, reference: string, isRoot = false): Promise<string | undefined> {
  let found: string | undefined;
  await withDirectory(async (home) => {
    const directory = join(home, '.config/containers/registries.d');
    await fs.mkdir(directory, { recursive: true });
    for (const [name, text] of Object.entries(files)) await fs.writeFile(join(directory, name), text);
    const url = await lookasideOf({ fs, env: { HOME: home } }, parseReference(reference), isRoot);
    found = url?.href.replace(home, '$HOME');
  });
  return found;
}

describe('where the signatures of an image are', () => {
  const FILES: Files = {
    '1.yaml': 'default-docker: { lookaside: file:///default }',
    '2.yaml': `docker:
  docker.io: { lookaside: file:///hub }
  docker.io/library: { lookaside: file:///library }
  docker.io/library/nginx: { lookaside-staging: file:///staging }
  docker.io/library/nginx:1: { lookaside: file:///nginx-1 }
  example.com:5000: { lookaside: file:///port }
  "*.example.com": { lookaside: file:///wildcard }`,
    'README.md': '{',
  };

  it('is for the most specific namespace to say that says anything', async () => {
    const cases: [string, string][] = [
      ['nginx:1', 'file:///nginx-1'],
      ['nginx:2', 'file:///library'],
      ['busybox', 'file:///library'],
      ['a/b', 'file:///hub'],
      ['example.com:5000/a', 'file:///port'],
      ['example.com/a', 'file:///default'],
      ['x.y.example.com:80/a', 'file:///wildcard'],
      ['quay.io/a/b', 'file:///default'],
    ];
    for (const [reference, place] of cases) assert.equal(await ask(FILES, reference), place, reference);
  });

  it('is where the containers tools put them, when nobody says', async () => {
    assert.equal(await ask({}, 'nginx'), 'file://$HOME/.local/share/containers/sigstore');
    assert.equal(await ask({}, 'nginx', true), 'file:///var/lib/containers/sigstore');
    const none = { ...fs, readdir: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOENT' })) };
    assert.equal(await lookasideOf({ fs: none, env: {} }, parseReference('nginx'), false), null);
  });

  it('is not said twice', async () => {
    const twice: [Files, RegExp][] = [
      [
        { 'a.yaml': 'docker: { x: {} }', 'b.yaml': 'docker: { x: {} }' },
        /b\.yaml".*the namespace "x", which ".*a\.yaml" has too/,
      ],
      [{ 'a.yaml': 'default-docker: {}', 'b.yaml': 'default-docker: {}' }, /has "default-docker", which/],
    ];
    for (const [files, message] of twice)
      await assert.rejects(ask(files, 'nginx'), { code: 'E_CONFIG', message });
  });

  it('is a URL that can be followed, without a password', async () => {
    const at = (url: string): Files => ({
      'a.yaml': `default-docker: { lookaside: ${JSON.stringify(url)} }`,
    });
    for (const url of ['/var/lib', 'x', 'ftp://x/', 's3://bucket']) {
      await assert.rejects(ask(at(url), 'nginx'), {
        code: 'E_CONFIG',
        message: /is no URL with file, https or http/,
      });
    }
    await assert.rejects(ask(at('https://user:hunter2@example.com/x'), 'nginx'), (error: Error) => {
      assert.match(error.message, /its lookaside on "example\.com" holds a user name or password/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  });

  it('is not known when a file cannot be read', async () => {
    await assert.rejects(ask({ 'a.yaml': ' '.repeat((1 << 20) + 1) }, 'nginx'), {
      code: 'E_CONFIG',
      message: /more than 1048576/,
    });
    await withDirectory(async (home) => {
      await fs.mkdir(join(home, '.config/containers/registries.d/a.yaml'), { recursive: true });
      await assert.rejects(lookasideOf({ fs, env: { HOME: home } }, parseReference('nginx'), false), {
        code: 'E_CONFIG',
        message: /EISDIR/,
      });
    });
  });
});
