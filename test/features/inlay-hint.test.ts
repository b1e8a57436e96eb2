import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hintsChangeAt, inlayHints } from '../../server/src/features/inlay-hint.ts';
import type { FeatureContext } from '../../server/src/features/snapshot.ts';
import { contextOf, open, podOf } from '../helpers/editor.ts';
import { MINUTE, NOW, dockerRecord, tagged } from '../helpers/records.ts';
import { UNREADABLE, storeOf } from '../helpers/store-view.ts';

const IMAGE = 'registry.example/shop/web:1.4';
const store = storeOf({ [tagged.canonical]: dockerRecord() });
const everything = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };

function labels(text: string, context: FeatureContext, languageId = 'yaml'): unknown[] {
  return inlayHints(open(text, languageId).snapshot, everything, context).map(({ label }) => label);
}

describe('inlayHints', () => {
  it('writes the status behind the image', () => {
    const { snapshot, position } = open(podOf(`image: ${IMAGE}‸ # ours`));
    assert.deepEqual(inlayHints(snapshot, everything, contextOf({ store })), [
      {
        position,
        label: 'in store, checked 3 min ago',
        paddingLeft: true,
        tooltip: 'docker://registry.example/shop/web:1.4: the registry answered this digest',
      },
    ]);
  });

  it('stands behind the quote of a quoted image', () => {
    for (const text of [podOf('image: "nginx"‸'), podOf("image: 'nginx'‸")]) {
      const { snapshot, position } = open(text);
      assert.deepEqual(inlayHints(snapshot, everything, contextOf())[0]?.position, position, text);
    }
    const json = '{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"a","image":"nginx"‸}]}}';
    const { snapshot, position } = open(json, 'json');
    assert.deepEqual(inlayHints(snapshot, everything, contextOf())[0]?.position, position);
  });

  it('looks only at the range asked for', () => {
    const { snapshot, range } = open(podOf('image: a', '‸image: b', 'image: c‸', 'image: d'));
    assert.equal(inlayHints(snapshot, range, contextOf()).length, 2);
  });

  it('says nothing of templated and invalid images', () => {
    assert.deepEqual(labels(podOf('image: $(IMAGE)', 'image: shop/Web'), contextOf()), []);
  });

  it('says why when the store is not known', () => {
    const [hint] = inlayHints(
      open(podOf('image: nginx')).snapshot,
      everything,
      contextOf({ store: UNREADABLE }),
    );
    assert.equal(hint?.label, 'unknown: The index of /srv/store cannot be read: EACCES');
    assert.ok(typeof hint.tooltip === 'string');
    assert.match(hint.tooltip, /: The index of \/srv\/store cannot be read: EACCES\.$/);
  });

  it('keeps to problems, or to nothing, when told', () => {
    const text = podOf(`image: ${IMAGE}`, 'image: nginx');
    assert.deepEqual(labels(text, contextOf({ store })), ['in store, checked 3 min ago', 'not in store']);
    assert.deepEqual(labels(text, contextOf({ store, settings: { inlineStatus: 'problems' } })), [
      'not in store',
    ]);
    assert.deepEqual(labels(text, contextOf({ store, settings: { inlineStatus: 'off' } })), []);
  });

  it('writes once at one place, however many aliases lead to it', () => {
    const text = podOf('image: &image nginx', 'image: *image');
    assert.equal(labels(text, contextOf()).length, 2);
    const merged = podOf('<<: &base { image: nginx }', '<<: *base');
    const hints = inlayHints(open(merged).snapshot, everything, contextOf());
    assert.equal(new Set(hints.map(({ position }) => JSON.stringify(position))).size, hints.length);
  });
});

describe('hintsChangeAt', () => {
  it('is when the first of the words changes', () => {
    const { snapshot } = open(podOf(`image: ${IMAGE}`, 'image: nginx'));
    assert.equal(hintsChangeAt(snapshot, contextOf({ store })), NOW + MINUTE);
  });

  it('is never when no word depends on the time', () => {
    assert.equal(hintsChangeAt(open(podOf('image: nginx')).snapshot, contextOf()), null);
    assert.equal(hintsChangeAt(open('').snapshot, contextOf()), null);
  });
});
