import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { imageLabel } from '../../server/src/features/image-label.ts';

const HEX = '0123456789abcdef'.repeat(4);

describe('the label of an image', () => {
  const cases: readonly (readonly [text: string, short: string, host: string | null])[] = [
    ['nginx:1.27', 'nginx:1.27', null],
    ['library/nginx', 'library/nginx', null],
    ['registry.example:5000/shop/web:1.4', 'shop/web:1.4', 'registry.example:5000'],
    ['localhost/web', 'web', 'localhost'],
    ['example.com/app:1.0,os=linux', 'app:1.0,os=linux', 'example.com'],
    ['example.com', 'example.com', null],
    [`quay.io/web:1@sha256:${HEX}`, 'web:1@0123456…', 'quay.io'],
    [`quay.io/web@sha256:${HEX}`, 'web@sha256:0123456789ab…', 'quay.io'],
    [`sha512-${HEX}${HEX}`, 'sha512-0123456789ab…', null],
    ['sha512-0123456789ab', 'sha512-0123456789ab', null],
  ];
  for (const [text, short, host] of cases) {
    it(`of ${text.slice(0, 40)} is short`, () => {
      assert.deepEqual(imageLabel(text), { label: text, short, host });
    });
  }

  it('is on one line, whatever the text is', () => {
    assert.deepEqual(imageLabel('a.b\u202E/c\nd'), {
      label: 'a.b\\u{202e}/c\\u{a}d',
      short: 'c\\u{a}d',
      host: 'a.b\\u{202e}',
    });
  });
});
