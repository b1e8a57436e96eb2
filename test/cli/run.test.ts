import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import manifest from '../../package.json' with { type: 'json' };
import { larder } from './fake-terminal.ts';

describe('larder', () => {
  it('prints help to stdout when asked', async () => {
    const { code, stdout, stderr } = await larder(['--help']);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    for (const command of ['fetch', 'explain', 'status', 'check', 'image', 'lsp'])
      assert.match(stdout, new RegExp(command));
  });

  it('prints its version', async () => {
    assert.deepEqual(await larder(['--version']), { code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it('prints help to stderr when there is no command', async () => {
    for (const args of [[], ['image']]) {
      const { code, stdout, stderr } = await larder(args);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, /Usage: larder/);
    }
  });

  const usage: [string, RegExp][] = [
    ['fech a', /unknown command 'fech'[^]*Did you mean fetch/],
    ['fetch', /missing required argument 'image'/],
    ['fetch a --forcefetch', /unknown option '--forcefetch'[^]*Did you mean --force-fetch/],
    ['fetch --no-fetch docker://a', /fetch without going to the remote would do nothing, .* larder explain/],
    ['fetch a b --no-fetch', /has no --no-fetch/],
    ['fetch --pull-policy=never a', /has no --no-fetch/],
    ['fetch --no-fetch --force-fetch a', /--no-fetch and --force-fetch exclude each other/],
    ['fetch --pull-policy=always a', /Allowed choices are never, update, new/],
    ['fetch --platform=linux a', /"linux" is not a platform: write os\/arch/],
    ['fetch --insecure-options=tsl a', /the words are none, tls, http, image,/],
    ['explain', /missing required argument 'image'/],
    ['check --format=xml a', /Allowed choices are text, json, sarif, github/],
    ['image cat-manifest', /missing required argument 'image'/],
    ['image list a', /too many arguments/],
    ['image purge', /unknown command 'purge'/],
    ['explain a', /--dir/],
    ['--dir /x lsp', /larder lsp has no option --dir/],
    ['--platform linux/arm64 image list', /larder image list has no option --platform/],
  ];
  for (const [line, message] of usage) {
    it(`exits with 2 and says why: larder ${line}`, async () => {
      const { code, stdout, stderr } = await larder(line.split(' '));
      assert.match(stderr, message);
      assert.match(stderr, /^error: .* \[E_USAGE\]\n$/);
      assert.deepEqual([code, stdout], [2, '']);
    });
  }

  it('takes the options of many commands before the command, too; one behind it counts more', async () => {
    const lines = ['--dir /a explain a', 'explain --dir /a a', '--dir /b explain a --dir /a'];
    const answers = await Promise.all(lines.map((line) => larder(`--json ${line}`.split(' '))));
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    assert.equal(answers[0]?.code, 0);
    assert(Array.isArray(JSON.parse(answers[0].stdout)));
  });

  it('shows no stack and no escape sequence of an argument', async () => {
    const { code, stderr } = await larder(['explain', '--dir', '/nowhere', 'a\u001b[31m\nb']);
    assert.equal(code, 1);
    assert.ok(!stderr.includes('\u001b'));
    assert.match(stderr, /^error: "a\\u\{1b\}\[31m\\u\{a\}b" is not an image name.* \[E_REF\]\n$/);
  });
});
