import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DeskImage } from './desk-user.ts';
import { Front } from './front.ts';
import { RegistryDesk } from './registry-desk.ts';

const REJECT = [{ type: 'reject' }];
const ACCEPT = [{ type: 'insecureAcceptAnything' }];

describe('larder fetch under an image policy', () => {
  let desk: RegistryDesk;
  let image: DeskImage;
  let front: Front;

  before(async () => {
    desk = await RegistryDesk.open('policy-cli');
    front = desk.adopt(await Front.before(desk.openHost));
    image = await desk.push('shop/web:1');
  });
  after(() => desk.close());

  it('refuses what the policy of --policy rejects, names file and rule, and gets no layer of it', async () => {
    const user = await desk.user();
    const path = await user.write('strict.json', {
      default: ACCEPT,
      transports: { docker: { [`${front.host}/shop`]: REJECT } },
    });
    const { code, message } = await user.fetch(front.host, image, ['--policy', path]);
    assert.equal(code, 'E_POLICY');
    assert.ok(message.includes(path) && message.includes(`${front.host}/shop`), message);
    assert.deepEqual(
      front.lines.filter((line) => line.includes('/blobs/')),
      [],
    );
    assert.equal((await user.fetch(front.host, image)).code, 'ok');
  });

  it("refuses what the user's policy.json rejects, and takes nothing without a policy that can be read", async () => {
    const user = await desk.user();
    await user.write('.config/containers/policy.json', { default: REJECT });
    assert.equal((await user.fetch(front.host, image)).code, 'E_POLICY');
    await user.write(
      '.config/containers/policy.json',
      '{"default": [{"type": "insecureAcceptAnything"}], "more": 1}',
    );
    assert.equal((await user.fetch(front.host, image)).code, 'E_CONFIG');
  });
});
