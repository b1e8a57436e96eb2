import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readerAt } from '../../../server/src/manifest/pod-spec/key-reader.ts';
import type { KeyReader, Reading } from '../../../server/src/manifest/pod-spec/key-reader.ts';
import { readYamlTree } from '../../../server/src/manifest/yaml-tree.ts';

const OFFSET = 100;

function read(yaml: string, left = 1000): { reader: KeyReader; reading: Reading } {
  const reading = { offset: OFFSET, problems: [], left };
  const root = { node: readYamlTree(yaml, yaml).root, via: undefined };
  const start = { start: OFFSET, end: OFFSET };
  return { reader: readerAt(root, [], reading, start), reading };
}

function messages({ problems }: Reading): readonly string[] {
  return problems.map(({ message }) => message);
}

describe('KeyReader', () => {
  it('gives values with their paths and places in the file', () => {
    const { reader } = read('a: { "b/c": "x", d: [1, 2] }');
    const a = reader.object('a');
    assert.deepEqual(a.text('b/c'), {
      value: 'x',
      path: 'a["b/c"]',
      span: { start: OFFSET + 13, end: OFFSET + 14 },
    });
    assert.deepEqual(
      a.integers('d').map(({ value, path }) => [value, path]),
      [
        [1, 'a.d[0]'],
        [2, 'a.d[1]'],
      ],
    );
  });

  it('reads the words of YAML 1.1 for true and false', () => {
    const { reader, reading } = read('a: yes\nb: Off\nc: "true"\nd: FALSE\ne: 1');
    assert.deepEqual(
      ['a', 'b', 'c', 'd', 'e', 'none'].map((key) => reader.flag(key)?.value),
      [true, false, true, false, undefined, undefined],
    );
    assert.deepEqual(messages(reading), ['e must be true or false; it is "1".']);
  });

  it('reads integers as people write them', () => {
    const { reader, reading } = read('a: 0\nb: -5\nc: 1.5\nd: 0x10\ne: 99999999999999999');
    assert.deepEqual(
      ['a', 'b', 'c', 'd', 'e'].map((key) => reader.integer(key)?.value),
      [0, -5, undefined, undefined, undefined],
    );
    assert.equal(reading.problems.length, 3);
  });

  it('remembers the keys with a value that nobody asked for', () => {
    const { reader } = read('b: 1\na: 2\nnothing:\nread: 3\noff: false\non: true');
    reader.text('read');
    reader.unlessFalse('off', 'on', 'none');
    assert.deepEqual(
      reader.unread().map(({ path }) => path),
      ['b', 'a', 'on'],
    );
    assert.equal(reader.key('none', 'on', 'a')?.value, 'on');
    assert.deepEqual(
      reader.unread().map(({ key }) => key),
      ['b', 'a'],
    );
  });

  it('takes the last of two keys, as kubectl does', () => {
    assert.equal(read('a: 1\na: 2').reader.text('a')?.value, '2');
  });

  it('reads dictionaries, with nothing as an empty text', () => {
    const { reader, reading } = read('a: { x: 1, y: , z: [] }');
    assert.deepEqual(
      reader.dictionary('a').map(({ key, value }) => [key.value, value.value]),
      [
        ['x', '1'],
        ['y', ''],
        ['z', ''],
      ],
    );
    assert.deepEqual(messages(reading), ['a.z must be a text.']);
  });

  it('tells wrong types, and takes null for nothing', () => {
    const { reader, reading } = read('a: x\nb: [1]\nc: { d: e }\nf:');
    assert.equal(reader.object('a').text('x'), undefined);
    assert.equal(reader.text('b'), undefined);
    assert.deepEqual(reader.objects('c'), []);
    assert.deepEqual([reader.text('f'), reader.texts('f'), reader.objects('f')], [undefined, [], []]);
    assert.deepEqual(messages(reading), ['a must be an object.', 'b must be a text.', 'c must be a list.']);
  });

  it('stops when it has read enough, and says so once', () => {
    const { reader, reading } = read('a: [1, 2, 3, 4, 5]\nb: [1, 2, 3]', 4);
    assert.equal(reader.texts('a').length + reader.texts('b').length, 2);
    assert.deepEqual(messages(reading), ['The pod has more values than any pod needs; make it smaller.']);
  });
});
