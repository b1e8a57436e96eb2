import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { githubFormat } from '../../server/src/cli/formats/github.ts';
import type { Reported } from '../../server/src/cli/formats/report.ts';
import { sarifFormat } from '../../server/src/cli/formats/sarif.ts';
import { textFormat } from '../../server/src/cli/formats/text.ts';
import type { Ran } from './fake-terminal.ts';
import { larder } from './fake-terminal.ts';
import { DEPLOYMENT } from './manifests.ts';
import { withStore } from './store-fixture.ts';

/** Runs `check` over the manifest, with a store that has two of its images. */
async function check(options: string[], manifest: string, look: (ran: Ran) => void): Promise<void> {
  await withStore(async (store, cwd) => {
    await writeFile(join(cwd, 'shop.yaml'), manifest);
    look(await larder(['check', ...options, '--dir', store, 'shop.yaml'], { cwd }));
  });
}

describe('larder check', () => {
  it('prints what the editor shows, with line and column, and exits with 1 for an error', () =>
    check([], DEPLOYMENT, ({ code, stdout, stderr }) => {
      assert.deepEqual([code, stderr], [1, '']);
      const lines = stdout.trimEnd().split('\n');
      assert.deepEqual(
        lines.map((line) => /^(\S+: \w+): .* (\[[\w-]+\])$/.exec(line)?.slice(1).join(' ')),
        [
          'shop.yaml:10:28: error [unknown-pull-policy]',
          'shop.yaml:12:18: information [moved-tag]',
          'shop.yaml:14:18: error [invalid-reference]',
          'shop.yaml:16:18: warning [never-but-missing]',
        ],
      );
      assert.match(lines[2] ?? '', /repository names are lower case/);
    }));

  it('exits with 0 when nothing is an error', () =>
    check([], DEPLOYMENT.replace('Allways', 'Always').replace('Postgres', 'postgres'), ({ code, stdout }) => {
      assert.equal(code, 0);
      assert.match(stdout, /warning/);
    }));

  it('prints nothing when there is nothing to say', () =>
    check([], 'kind: Pod\nspec: { containers: [{ name: a, image: a }] }\n', (ran) => {
      assert.deepEqual(ran, { code: 0, stdout: '', stderr: '' });
    }));

  it('judges a manifest of appc as a whole', () =>
    withStore(async (store, cwd) => {
      const manifest = '{\n  "acKind": "ImageManifest",\n  "acVersion": "1",\n  "name": "a"\n}\n';
      await writeFile(join(cwd, 'manifest.json'), manifest);
      const { code, stdout } = await larder(['check', '--dir', store, 'manifest.json'], { cwd });
      assert.equal(code, 1);
      assert.match(stdout, /^manifest\.json:3:17: error: acVersion must be .* \[appc-schema\]\n$/);
    }));

  it('judges an image policy, whose directory or text shows that it is one', () =>
    withStore(async (store, cwd) => {
      const files = { 'containers/policy.json': '{}\n', 'policy.json': '{ "Version": "2012-10-17" }\n' };
      await mkdir(join(cwd, 'containers'));
      for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
      const { code, stdout } = await larder(['check', '--dir', store, ...Object.keys(files)], { cwd });
      assert.equal(code, 1);
      assert.match(stdout, /^containers\/policy\.json:1:1: error: .* "default"\. \[policy-schema\]\n$/);
    }));

  it('prints an array of findings as JSON, also an empty one', async () => {
    for (const options of [['--format', 'json'], ['--json']]) {
      await check(options, DEPLOYMENT, ({ code, stdout }) => {
        assert.equal(code, 1);
        const [first] = JSON.parse(stdout) as Reported[];
        assert.deepEqual(first && { ...first, message: '' }, {
          ...{ file: 'shop.yaml', line: 10, column: 28, endLine: 10, endColumn: 35 },
          ...{ severity: 'error', rule: 'unknown-pull-policy', message: '' },
        });
      });
      await check(options, 'a: 1\n', (ran) => assert.deepEqual(ran, { code: 0, stdout: '[]\n', stderr: '' }));
    }
  });

  it('prints SARIF 2.1.0', () =>
    check(['--format', 'sarif'], DEPLOYMENT, ({ stdout }) => {
      const log = JSON.parse(stdout) as {
        version: string;
        runs: {
          tool: { driver: { rules: { id: string }[] } };
          results: { ruleId: string; level: string }[];
        }[];
      };
      assert.equal(log.version, '2.1.0');
      const [run] = log.runs;
      assert.ok(run);
      assert.deepEqual(
        run.results.map(({ level }) => level),
        ['error', 'note', 'error', 'warning'],
      );
      const known = new Set(run.tool.driver.rules.map(({ id }) => id));
      assert.ok(run.results.every(({ ruleId }) => known.has(ruleId)));
    }));
});

describe('formats', () => {
  const finding: Reported = {
    ...{ file: 'a b,c/x:1.yaml', line: 1, column: 2, endLine: 3, endColumn: 4 },
    ...{ severity: 'information', rule: 'moved-tag', message: '100% moved:\na, b' },
  };

  it('escape what means something to GitHub', () => {
    assert.equal(
      githubFormat([finding]),
      '::notice file=a b%2Cc/x%3A1.yaml,line=1,endLine=3,col=2,endColumn=4,title=larder moved-tag::100%25 moved:%0Aa, b',
    );
  });

  it('write files as URI references in SARIF', () => {
    const uriOf = (file: string): unknown => /"uri": "(.*)"/.exec(sarifFormat([{ ...finding, file }]))?.[1];
    assert.equal(uriOf('a b/é#.yaml'), 'a%20b/%C3%A9%23.yaml');
    assert.equal(uriOf('/a b.yaml'), 'file:///a%20b.yaml');
    assert.equal(uriOf('C:\\a\\b.yaml'), 'file:///C:/a/b.yaml');
    assert.equal(uriOf('x:y.yaml'), 'x%3Ay.yaml');
  });

  it('stay on one line in text', () => {
    assert.equal(textFormat([finding]), 'a b,c/x:1.yaml:1:2: information: 100% moved:\\u{a}a, b [moved-tag]');
  });
});
