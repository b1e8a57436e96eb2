import fc from 'fast-check';

const codePoint = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point));

/** Any text. Not `{ unit: 'binary' }`, which takes a second and 100 MB for a map of all code points. */
export function anyText(constraints: fc.StringSharedConstraints = {}): fc.Arbitrary<string> {
  return fc.oneof(fc.string({ ...constraints, unit: codePoint }), fc.string(constraints));
}
