import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { execOf } from '../../../../server/src/domain/pod/kubernetes/command.ts';
import { appcImage, dockerImage } from '../images.ts';
import { assertMapped, assertRefused, podText } from './mapped.ts';

describe('execOf', () => {
  // Rows: ENTRYPOINT, CMD, command, args, what runs.
  for (const [entrypoint, cmd, command, args, expected] of [
    ['e', 'c', '', '', 'e c'],
    ['e', 'c', 'k', '', 'k'],
    ['e', 'c', '', 'a', 'e a'],
    ['e', 'c', 'k', 'a', 'k a'],
    ['e', '', '', '', 'e'],
    ['e', '', 'k', '', 'k'],
    ['e', '', '', 'a', 'e a'],
    ['e', '', 'k', 'a', 'k a'],
    ['', 'c', '', '', 'c'],
    ['', 'c', 'k', '', 'k'],
    ['', 'c', '', 'a', 'a'],
    ['', 'c', 'k', 'a', 'k a'],
    ['', '', '', '', ''],
    ['', '', 'k', '', 'k'],
    ['', '', '', 'a', 'a'],
    ['', '', 'k', 'a', 'k a'],
  ] as const) {
    const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
    const of = (name: string, value: string): string => (value === '' ? `no ${name}` : `${name} ${value}`);
    const title = `${of('ENTRYPOINT', entrypoint)}, ${of('CMD', cmd)}, ${of('command', command)}, ${of('args', args)}`;
    it(`with ${title} is ${JSON.stringify(expected)}`, () => {
      const image = { entrypoint: words(entrypoint), command: words(cmd) };
      assert.deepEqual(execOf(words(command), words(args), image), words(expected));
    });
  }
});

describe('command and args', () => {
  it('stand over those of the image', () => {
    assert.deepEqual(assertMapped(podText('args: [listen, "-v"]')).app.exec, ['/entry', 'listen', '-v']);
    assert.deepEqual(assertMapped(podText('command: [/bin/sh]\nargs: []')).app.exec, ['/bin/sh']);
    assert.deepEqual(assertMapped(podText('command: []')).app.exec, ['/entry', 'serve']);
  });

  it('come behind the exec of an image of appc', () => {
    const image = appcImage({ exec: ['/bin/web', '-d'] });
    assert.deepEqual(assertMapped(podText('args: [x]'), [], image).app.exec, ['/bin/web', '-d', 'x']);
    assert.deepEqual(assertMapped(podText('command: [x]'), [], image).app.exec, ['x']);
  });

  it('may be numbers, multi-line texts and nothing', () => {
    const text = podText('command:\n- sleep\n- 1.50\n-\n- |\n  a\n  b');
    assert.deepEqual(assertMapped(text).app.exec, ['sleep', '1.50', '', 'a\nb\n']);
  });

  it('must be lists, and one of them or the image must say something', () => {
    assertRefused(podText('command: «bad|s»leep 1'), /spec\.containers\[0\]\.command must be a list\./);
    const text = podText('tty: false').replace('name: web', 'name: «bad|web»');
    assertRefused(text, /do not say what to execute; add "command"/, dockerImage({}, [], []));
  });
});
