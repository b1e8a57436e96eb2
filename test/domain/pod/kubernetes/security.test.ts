import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { App } from '../../../../server/src/domain/pod/pod-manifest.ts';
import { appcImage, dockerImage } from '../images.ts';
import { assertMapped, assertRefused, podText } from './mapped.ts';

const image = dockerImage({ user: '33', group: '34' });

function who({ user, group, supplementaryGIDs }: App): unknown {
  return supplementaryGIDs === undefined ? [user, group] : [user, group, supplementaryGIDs];
}

describe('securityContext', () => {
  it('leaves user and group to the image', () => {
    assert.deepEqual(who(assertMapped(podText('securityContext: {}'), [], image).app), ['33', '34']);
    const { app, ...library } = appcImage().manifest;
    assert.ok(app);
    const found = assertMapped(podText('command: [x]'), [], { imageId: '', manifest: library });
    assert.deepEqual(who(found.app), ['0', '0']);
  });

  it('says user and group, the container before the pod', () => {
    const spec = 'securityContext: { runAsUser: 1, runAsGroup: 2, supplementalGroups: [5, 6], fsGroup: 5 }';
    assert.deepEqual(who(assertMapped(podText('', spec), [], image).app), ['1', '2', [5, 6]]);
    const own = podText('securityContext: { runAsUser: 7 }', spec);
    assert.deepEqual(who(assertMapped(own, [], image).app), ['7', '2', [5, 6]]);
  });

  it('has group 0 for a user without one, and says that it looked nowhere', () => {
    const text = podText('securityContext: { runAsUser: «no|1000» }');
    assert.deepEqual(who(assertMapped(text, [/without runAsGroup the group is 0/], image).app), [
      '1000',
      '0',
    ]);
    assert.deepEqual(who(assertMapped(podText('securityContext: { runAsUser: 33 }'), [], image).app), [
      '33',
      '34',
    ]);
  });

  it('with runAsNonRoot refuses root, and lists a user that may be root', () => {
    assertMapped(podText('securityContext: { runAsNonRoot: true }'), [], image);
    assertMapped(podText('securityContext: { runAsNonRoot: false }'));
    assertRefused(podText('securityContext: { runAsNonRoot: «bad|true» }'), /runAsNonRoot forbids root/);
    assertRefused(
      podText(
        'securityContext: { runAsUser: 0, runAsGroup: 0 }',
        'securityContext: { runAsNonRoot: «bad|true» }',
      ),
      /spec\.securityContext\.runAsNonRoot/,
      image,
    );
    assertMapped(
      podText('securityContext: { runAsNonRoot: «no|true» }'),
      [/user "www" is root/],
      dockerImage({ user: 'www' }),
    );
  });

  it('says what an app may do', () => {
    const text = podText(`
securityContext:
  readOnlyRootFilesystem: yes
  allowPrivilegeEscalation: false
  privileged: false
  capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] }
  seLinuxOptions: { user: u, role: r, type: t, level: "s0:c1,c2" }
`);
    const { app, runtime } = assertMapped(text);
    assert.equal(runtime.readOnlyRootFS, true);
    assert.deepEqual(app.isolators, [
      { name: 'os/linux/capabilities-retain-set', value: { set: ['CAP_NET_BIND_SERVICE'] } },
      { name: 'os/linux/no-new-privileges', value: true },
      { name: 'os/linux/selinux-context', value: { user: 'u', role: 'r', type: 't', level: 's0:c1,c2' } },
    ]);
  });

  it('lets no set of capabilities of the image stand beside its own', () => {
    const remove = { name: 'os/linux/capabilities-remove-set', value: { set: ['CAP_KILL'] } };
    const text = podText('securityContext: { capabilities: { add: [NET_ADMIN], drop: [ALL] } }');
    assert.deepEqual(
      assertMapped(text, [], appcImage({ isolators: [remove] })).app.isolators?.map(({ name }) => name),
      ['os/linux/capabilities-retain-set'],
    );
  });

  it('sets the sysctls of the pod', () => {
    const spec = 'securityContext: { sysctls: [{ name: net.core.somaxconn, value: "1024" }] }';
    assert.deepEqual(assertMapped(podText('', spec)).manifest.isolators, [
      { name: 'os/unix/sysctl', value: { 'net.core.somaxconn': '1024' } },
    ]);
  });

  it('lists what has no isolator', () => {
    assertMapped(
      podText(
        `
securityContext:
  «no|privileged»: true
  «no|procMount»: Unmasked
  «no|seccompProfile»: { type: RuntimeDefault }
  «no|seLinuxOptions»: { level: s0 }
  capabilities: { add: [«no|NET_ADMIM»] }
`,
        'securityContext: { «no|fsGroupChangePolicy»: Always, «no|readOnlyRootFilesystem»: true }',
      ),
      [
        /fsGroupChangePolicy/,
        /^spec\.securityContext\.readOnly/,
        /containers\[0\]\.securityContext\.privileged/,
      ],
    );
  });

  it('has numbers and truth values', () => {
    assertRefused(podText('securityContext: { runAsUser: «bad|www» }'), /must be an integer; it is "www"/);
    assertRefused(
      podText('securityContext: { runAsNonRoot: «bad|maybe» }'),
      /must be true or false; it is "maybe"/,
    );
  });
});
