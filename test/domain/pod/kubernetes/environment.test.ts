import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dockerImage } from '../images.ts';
import { assertMapped, assertRefused, podText } from './mapped.ts';

const image = dockerImage({
  environment: [
    { name: 'PATH', value: '/bin' },
    { name: 'A', value: 'image' },
  ],
});

describe('env', () => {
  it('replaces the variables of the image in their places, and adds the others', () => {
    const text = podText('env: [{ name: NEW, value: "1" }, { name: A, value: pod }, { name: EMPTY }]');
    assert.deepEqual(assertMapped(text, [], image).app.environment, [
      { name: 'PATH', value: '/bin' },
      { name: 'A', value: 'pod' },
      { name: 'NEW', value: '1' },
      { name: 'EMPTY', value: '' },
    ]);
  });

  it('expands what stands before it, and in command and args all of it, but nothing of the image', () => {
    const { app } = assertMapped(
      podText(`
command: [$(A), $(LATE), $(PATH), $$(A)]
env:
- { name: LATE, value: $(A)-$(B) }
- { name: B, value: b }
- { name: A, value: $(LATE)-$(B) }
`),
      [],
      image,
    );
    assert.deepEqual(app.exec, ['$(A)-$(B)-b', '$(A)-$(B)', '$(PATH)', '$(A)']);
    assert.deepEqual(app.environment?.slice(1), [
      { name: 'A', value: '$(A)-$(B)-b' },
      { name: 'LATE', value: '$(A)-$(B)' },
      { name: 'B', value: 'b' },
    ]);
  });

  it('lists a value that only a cluster has, and what needs it', () => {
    const { app } = assertMapped(
      podText(`
args: ["«no|--key=$(KEY)»", --name=$(NAME)]
env:
- name: KEY
  «no|valueFrom»: { secretKeyRef: { name: keys, key: a } }
- { name: URL, value: «no|x?$(KEY)$(KEY)» }
- { name: NAME, value: n }
`),
      [/args\[0\]: "\$\(KEY\)" stays in it as it is/, /env\[0\]\.valueFrom: .* cluster/, /env\[1\]\.value:/],
      image,
    );
    assert.deepEqual(app.exec, ['/entry', '--key=$(KEY)', '--name=n']);
    assert.deepEqual(
      app.environment?.map(({ name }) => name),
      ['PATH', 'A', 'URL', 'NAME'],
    );
  });

  it('lists envFrom, and every reference that it might have meant', () => {
    assertMapped(
      podText(`
args: [«no|$(ANY)», $(SET)]
env: [{ name: SET, value: x }]
«no|envFrom»: [{ configMapRef: { name: c } }]
`),
    );
  });

  it('lists a name that appc does not take, whose value others still refer to', () => {
    const { app } = assertMapped(podText('args: [$(.dot)]\nenv: [{ name: «no|.dot», value: x }]'));
    assert.deepEqual(app.exec, ['/entry', 'x']);
    assert.equal(app.environment, undefined);
  });

  it('wants names', () => assertRefused(podText('env: [«bad|»{ value: x }]'), /env\[0\] must have "name"/));
});
