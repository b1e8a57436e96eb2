import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { silencer } from '../../../server/src/domain/rules/silence.ts';
import { RULES } from '../../../server/src/settings/settings.ts';
import type { RuleCode } from '../../../server/src/settings/settings.ts';

/** Whether a rule is silenced for what stands at the `‸`. */
function silenced(marked: string, rule: RuleCode = 'stale-image'): boolean {
  const start = marked.indexOf('‸');
  return silencer(marked.replace('‸', ''))({ rule, span: { start, end: start + 1 }, message: '' });
}

describe('silencer', () => {
  it('silences on the line of the comment', () => {
    assert.ok(silenced('image: ‸a # larder-disable-line stale-image\n'));
    assert.ok(silenced('image: ‸a # mine # larder-disable-line stale-image'));
    assert.ok(!silenced('image: a # larder-disable-line stale-image\nimage: ‸b\n'));
    assert.ok(!silenced('image: ‸b\nimage: a # larder-disable-line stale-image\n'));
  });

  it('silences on the line after the comment', () => {
    assert.ok(silenced('# larder-disable-next-line stale-image\r\nimage: ‸a\r\n'));
    assert.ok(!silenced('# larder-disable-next-line stale-image\nname: a\nimage: ‸a\n'));
    assert.ok(!silenced('image: ‸a # larder-disable-next-line stale-image\n'));
  });

  it('silences in the whole file, wherever the comment stands', () => {
    assert.ok(silenced('image: ‸a\n---\n#larder-disable stale-image'));
  });

  it('silences the rules that are named, by spaces or commas, before a reason', () => {
    const line = 'image: ‸a # larder-disable-line moved-tag, stale-image -- we pin misspelled-key';
    assert.ok(silenced(line));
    assert.ok(silenced(line, 'moved-tag'));
    assert.ok(!silenced(line, 'misspelled-key'));
    assert.ok(!silenced(line, 'invalid-reference'));
  });

  it('silences all rules when none is named', () => {
    for (const comment of ['# larder-disable', '# larder-disable-line', '# larder-disable-line -- because']) {
      assert.ok(silenced(`image: ‸a ${comment}\n`), comment);
    }
  });

  it('adds up comments for one line', () => {
    const text = '# larder-disable-next-line moved-tag\nimage: ‸a # larder-disable-line stale-image\n';
    assert.ok(silenced(text) && silenced(text, 'moved-tag'));
  });

  it('takes nothing else for a comment', () => {
    for (const text of [
      'a#larder-disable ‸',
      '# larder-disabled ‸',
      '# larder-disable-lines\n‸',
      'larder-disable ‸',
    ]) {
      assert.ok(!silenced(text), text);
    }
  });

  it('never throws, and a rule that no comment names is never silenced', () => {
    const word = fc.constantFrom(
      '#',
      ' ',
      '\n',
      'larder-disable',
      '-line',
      '-next-line',
      ' moved-tag',
      ' --',
      'x',
    );
    fc.assert(
      fc.property(fc.array(word), fc.nat(), (words, at) => {
        const text = words.join('');
        const start = at % (text.length + 1);
        const silenced = (Object.keys(RULES) as RuleCode[]).filter((rule) =>
          silencer(text)({ rule, span: { start, end: start }, message: '' }),
        );
        assert.ok([0, 1, Object.keys(RULES).length].includes(silenced.length));
      }),
    );
  });
});
