import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codeActions } from '../../server/src/features/code-action.ts';
import { hover } from '../../server/src/features/hover.ts';
import { inlayHints } from '../../server/src/features/inlay-hint.ts';
import type { StoreState } from '../../server/src/domain/store-view.ts';
import { applied, contextOf, open } from '../helpers/editor.ts';
import { IMAGE_ID, bareRecord } from '../helpers/records.ts';
import { UNREADABLE, storeOf } from '../helpers/store-view.ts';

const STORE = storeOf({ 'example.com/app,arch=amd64,os=linux,version=1.0': bareRecord });
const LABELS = '"labels": [{ "name": "version", "value": "1.0" }]';

function pod(...images: string[]): string {
  const apps = images.map((image, index) => `{ "name": "app-${index}", "image": ${image} }`);
  return `{ "acVersion": "0.8.11", "acKind": "PodManifest", "apps": [${apps.join(', ')}] }`;
}

/** The title and the text after the action that sets IDs; undefined when it is not offered. */
function setId(marked: string, store: StoreState = STORE, languageId = 'json') {
  const { snapshot, range } = open(marked, languageId);
  const actions = codeActions(snapshot, range, { only: ['refactor'] }, contextOf({ store }));
  const action = actions.find(({ title }) => title.startsWith('Set'));
  return action && { title: action.title, text: applied(snapshot, action) };
}

describe('idActions', () => {
  it('writes the ID behind the name, in the form of the object', () => {
    const forms: [string, string][] = [
      [
        `{ "name": "example.com/‸app", ${LABELS} }`,
        `{ "name": "example.com/app", "id": "${IMAGE_ID}", ${LABELS} }`,
      ],
      [`{"name":"example.com/‸app",${LABELS}}`, `{"name":"example.com/app","id":"${IMAGE_ID}",${LABELS}}`],
      [
        `{\r\n\t"name" : "example.com/‸app",\r\n\t${LABELS}\r\n}`,
        `{\r\n\t"name" : "example.com/app",\r\n\t"id": "${IMAGE_ID}",\r\n\t${LABELS}\r\n}`,
      ],
    ];
    for (const [before, after] of forms)
      assert.deepEqual(setId(pod(before)), {
        title: 'Set "id" of "example.com/app:1.0" from the store',
        text: pod(after),
      });
  });

  it('replaces another ID, and leaves the right one alone', () => {
    const image = (id: string) => `{ "name": "example.com/‸app", "id": ${id}, ${LABELS} }`;
    for (const id of ['"sha512-ab"', '""', 'null'])
      assert.equal(setId(pod(image(id)))?.text, pod(image(`"${IMAGE_ID}"`)).replace('‸', ''));
    assert.equal(setId(pod(image(`"${IMAGE_ID}"`))), undefined);
  });

  it('writes those of a selection together', () => {
    const image = `{ "name": "example.com/app", ${LABELS} }`;
    const found = setId(`‸${pod(image, image, '{ "name": "example.com/other" }')}‸`);
    assert.equal(found?.title, 'Set "id" of 2 images from the store');
    assert.equal(found.text.split(IMAGE_ID).length, 3);
  });

  it('is not offered where the store has nothing or cannot be read, in YAML, and for Kubernetes', () => {
    const marked = pod(`{ "name": "example.com/‸app", ${LABELS} }`);
    assert.equal(setId(marked, storeOf({})), undefined);
    assert.equal(setId(marked, UNREADABLE), undefined);
    assert.equal(setId(marked, STORE, 'yaml'), undefined);
    assert.equal(setId('{ "kind": "Pod", "spec": { "containers": [{ "image": "a‸" }] } }'), undefined);
  });
});

describe('the image of an app', () => {
  const marked = pod(`{ "name": "example.com/‸app", ${LABELS} }`);

  it('has its status beside it and in the hover', () => {
    const { snapshot, position } = open(marked, 'json');
    const context = contextOf({ store: STORE });
    const lines = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
    assert.deepEqual(
      inlayHints(snapshot, lines, context).map(({ label }) => label),
      ['in store, never checked'],
    );
    assert.match(JSON.stringify(hover(snapshot, position, context)), new RegExp(IMAGE_ID.slice(0, 19)));
  });

  it('can be fetched', () => {
    const { snapshot, range } = open(marked, 'json');
    const titles = codeActions(snapshot, range, { only: ['larder'] }, contextOf()).map(({ title }) => title);
    assert.deepEqual(titles, [
      'Fetch "example.com/app:1.0"',
      'Fetch "example.com/app:1.0" with --force-fetch',
      'Fetch "example.com/app:1.0" with --no-cache',
      'Fetch the missing image of this PodManifest',
      'Prepare this PodManifest',
    ]);
  });
});
