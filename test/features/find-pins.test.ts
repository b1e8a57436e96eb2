import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TextDocument } from 'vscode-languageserver-textdocument';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import type { StoreState } from '../../server/src/domain/store-view.ts';
import { findPins } from '../../server/src/features/find-pins.ts';
import type { PinWhat } from '../../server/src/features/pin.ts';
import { contextOf, open, podOf } from '../helpers/editor.ts';
import { DIGEST, IMAGE_ID, OTHER_DIGEST, bareRecord, dockerRecord } from '../helpers/records.ts';
import { UNREADABLE, storeOf } from '../helpers/store-view.ts';

const WEB = 'docker://registry.example/web:1';
const STORE = storeOf({
  [WEB]: dockerRecord(),
  'docker://registry.example/web:latest': dockerRecord(),
  'docker://registry.example/moved:1': dockerRecord({ movedTo: OTHER_DIGEST }),
  'example.com/app,arch=amd64,os=linux,version=1.0': bareRecord,
});

function find(text: string, what: PinWhat, languageId = 'yaml', store: StoreState = STORE) {
  const { snapshot } = open(text, languageId);
  const { pins, unknown } = findPins(snapshot, what, contextOf({ store }));
  const after = TextDocument.applyEdits(
    snapshot.document,
    pins.flatMap(({ edits }) => [...edits]),
  );
  return { count: pins.length, unknown, after };
}

const crlf = (text: string): string => text.replaceAll('\n', '\r\n');

/** Texts in which «web» is pinned, in every style in which an image can be written. */
const STYLES: Readonly<Record<string, string>> = {
  'a plain scalar': podOf('image: «web»'),
  'a plain scalar before a comment': podOf('image: «web»   # why: #1'),
  'CRLF line breaks': crlf(podOf('image: «web»', 'image: «web» # why')),
  'single quotes': podOf("image: '«web»'"),
  'double quotes': podOf('image: "«web»" # why'),
  'a folded block scalar': podOf('image: >-\n  «web»\nimagePullPolicy: Always'),
  'a literal block scalar': podOf('image: |- # why\n  «web»'),
  'a scalar on the next line': podOf('image:\n  «web»'),
  'a tag and an anchor': podOf('image: !!str &img «web»'),
  'aliases of one anchor': podOf('image: &img «web»', 'image: *img', 'image: *img # again'),
  'an anchor elsewhere': `x-images:\n  - &img '«web»' # here\n${podOf('image: *img')}`,
  'a merged container': `x-base: &base { image: «web» }\n${podOf('<<: *base')}`,
  'flow style':
    'apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: «web»}, {image: "«web»" }]}\n',
  'many documents': `# first\n${podOf('image: «web»')}---\n${podOf('image: «web»')}...\n---\n${podOf("image: '«web»'")}`,
  'a byte order mark': `\u{FEFF}${podOf('image: «web»')}`,
  'no line break at the end': podOf('image: «web»').trimEnd(),
  'what is broken further down': `${podOf('image: «web»')}  volumes: [\n`,
  'a template around it': podOf('{{- if .Values.web }}\nimage: «web»\n{{- end }}'),
  'init containers and volumes':
    'kind: Pod\nspec:\n  initContainers:\n  - image: «web»\n  volumes:\n  - image: {reference: «web»}\n',
};

const JSON_STYLES: Readonly<Record<string, string>> = {
  'on one line': '{"kind":"Pod","spec":{"containers":[{"image":"«web»"},{"image" : "«web»"}]}}',
  'with comments':
    '{\r\n\t"kind": "Pod", // a pod\r\n\t"spec": {"containers": [{"image": /* x */ "«web»",}]}\r\n}',
};

const plain = 'registry.example/web:1';
const written = (text: string, image: string): string => text.replaceAll('«web»', image);

describe('findPins', () => {
  for (const [styles, languageId] of [
    [STYLES, 'yaml'],
    [JSON_STYLES, 'jsonc'],
  ] as const) {
    for (const [style, text] of Object.entries(styles)) {
      it(`changes nothing but the text of an image: ${languageId}, ${style}`, () => {
        const before = written(text, plain);
        const pinned = written(text, `${plain}@${DIGEST}`);
        const moved = written(text, `${plain}@${OTHER_DIGEST}`);
        assert.equal(find(before, 'pin', languageId).after, pinned);
        assert.equal(find(pinned, 'unpin', languageId).after, before);
        assert.equal(find(moved, 'update', languageId).after, pinned);
        for (const what of ['unpin', 'update'] as const)
          assert.equal(find(before, what, languageId).count, 0);
        for (const what of ['pin', 'update'] as const) assert.equal(find(pinned, what, languageId).count, 0);
      });
    }
  }

  it('writes an implied tag out', () => {
    const { after } = find(podOf('image: registry.example/web'), 'pin');
    assert.equal(after, podOf(`image: registry.example/web:latest@${DIGEST}`));
    assert.equal(find(after, 'unpin').after, podOf('image: registry.example/web:latest'));
  });

  it('pins to what the store has, and updates to where the tag has moved', () => {
    const image = 'image: registry.example/moved:1';
    const { after } = find(podOf(image), 'pin');
    assert.equal(after, podOf(`${image}@${DIGEST}`));
    assert.equal(find(after, 'update').after, podOf(`${image}@${OTHER_DIGEST}`));
  });

  it('leaves alone what is templated, not valid, a number, written with escapes, or pinned without a tag', () => {
    const untouched = [
      ['image: registry.example/web:{{ .Values.tag }}'],
      ['image: "{{ .Values.image }}"'],
      ['image: $(REGISTRY)/web:1'],
      [`image: registry.example/web@${OTHER_DIGEST}`],
      ['image: registry.example/Web:1'],
      ['image: "registry.example\\/web:1"'],
      ['image: |\n  registry.example/web:1'],
      [`image: "registry.example/web:1\\u0040${OTHER_DIGEST}"`],
    ].map(([image = '']) => [podOf(image), 'yaml'] as const);
    const json = [
      ['{"kind":"Pod","spec":{"containers":[{"image":1.27}]}}', 'json'],
      ['{"kind":"Pod","spec":{"containers":[{"image":"registry.example\\/web:1"}]}}', 'json'],
      ['{"kind":"Pod","spec":{"containers":[{"image":"registry.example/web:1', 'json'],
    ] as const;
    const store = storeOf({
      [WEB]: dockerRecord(),
      'docker://registry-1.docker.io/library/1.27:latest': dockerRecord(),
    });
    for (const [text, languageId] of [...untouched, ...json]) {
      for (const what of ['pin', 'unpin', 'update'] as const)
        assert.equal(find(text, what, languageId, store).count, 0, `${what} ${text}`);
    }
  });

  it('counts what the store knows no digest of, an anchor once', () => {
    const text = podOf(
      'image: &img nginx:1',
      'image: *img',
      'image: redis',
      `image: a:1@${DIGEST}`,
      'image: A',
    );
    assert.deepEqual(find(text, 'pin'), { count: 0, unknown: 2, after: text });
    assert.equal(find(text, 'pin', 'yaml', UNREADABLE).count, 0);
    for (const what of ['unpin', 'update'] as const)
      assert.equal(find(podOf('image: nginx'), what).unknown, 0);
  });

  it('looks only where it is asked to', () => {
    const { snapshot, range } = open(podOf(`image: ${plain}`, `image: registry.exam‸ple/web`));
    const within = {
      start: snapshot.document.offsetAt(range.start),
      end: snapshot.document.offsetAt(range.end),
    };
    const { pins } = findPins(snapshot, 'pin', contextOf({ store: STORE }), within);
    assert.deepEqual(
      pins.map(({ name }) => name),
      ['registry.example/web'],
    );
  });

  it('pins the image of an app by its ID, which is taken out again', () => {
    const app = (image: string): string =>
      `{ "acVersion": "0.8.11", "acKind": "PodManifest", "apps": [{ "name": "a", "image": ${image} }] }`;
    const labels = '"labels": [{ "name": "version", "value": "1.0" }]';
    const before = app(`{ "name": "example.com/app", ${labels} }`);
    const pinned = app(`{ "name": "example.com/app", "id": "${IMAGE_ID}", ${labels} }`);
    const moved = app(`{ "name": "example.com/app", "id": "sha512-${'0'.repeat(128)}", ${labels} }`);
    assert.equal(find(before, 'pin', 'json').after, pinned);
    assert.equal(find(pinned, 'unpin', 'json').after, before);
    assert.equal(find(moved, 'update', 'json').after, pinned);
    assert.equal(find(moved, 'pin', 'json').count, 0);
    assert.equal(find(before, 'pin', 'yaml').count, 0, 'appc reads JSON alone');
    for (const what of ['pin', 'unpin', 'update'] as const)
      assert.equal(
        find(app(`{ "id": "${IMAGE_ID}" }`), what, 'json').count,
        0,
        'there is no name to go back to',
      );
    assert.equal(find(app('{ "name": "example.com/other" }'), 'pin', 'json').unknown, 1);
  });

  const anyImage = fc.record({
    image: fc.constantFrom(plain, 'registry.example/moved:1', 'nginx:1', '"{{ .x }}"', 'shop/Web'),
    style: fc.constantFrom('%', "'%'", '"%"', '% # note', '&anchor %', '>-\n  %', '|-\n  %\n# note'),
  });
  const anyText = fc
    .record({
      documents: fc.array(fc.array(anyImage, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
      lineBreak: fc.constantFrom('\n', '\r\n'),
    })
    .map(({ documents, lineBreak }) => {
      const pods = documents.map((images) =>
        podOf(
          ...images.map(
            ({ image, style }) => `image: ${image.startsWith('"') ? image : style.replace('%', image)}`,
          ),
        ),
      );
      return pods.join('---\n').replaceAll('\n', lineBreak);
    });
  const values = (text: string): unknown =>
    parseAllDocuments(text).map((document) => document.toJS() as unknown);

  it('gives back the same bytes when a pin is undone, and the same document but for the digest before', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { after } = find(text, 'pin');
        assert.equal(find(after, 'unpin').after, text);
        const known = [plain, 'registry.example/moved:1'];
        const expected = JSON.stringify(values(text), (key, value: unknown) =>
          key === 'image' && known.includes(String(value)) ? `${String(value)}@${DIGEST}` : value,
        );
        assert.equal(JSON.stringify(values(after)), expected);
      }),
    );
  });
});
