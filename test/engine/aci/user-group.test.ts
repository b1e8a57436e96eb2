import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { userAndGroup } from '../../../server/src/engine/aci/user-group.ts';

const PASSWD =
  'root:x:0:0:root:/root:/bin/sh\nwww:x:33:34::/:/bin/false\nbroken\n1000:x:7:8::/:\nap:x:1000:2000::/:';

describe("docker's User", () => {
  for (const [user, passwd, expected] of [
    ['', PASSWD, ['0', '0']],
    ['root', PASSWD, ['root', '0']],
    ['www', PASSWD, ['www', '34']],
    ['33', PASSWD, ['33', '34']],
    ['1000', PASSWD, ['1000', '2000']],
    ['1000', undefined, ['1000', '0']],
    ['nobody', PASSWD, ['nobody', '0']],
    ['1000:1000', PASSWD, ['1000', '1000']],
    ['www:staff', PASSWD, ['www', 'staff']],
    ['www:', PASSWD, ['www', '34']],
    [':5', PASSWD, ['0', '5']],
    ['broken', PASSWD, ['broken', '0']],
  ] as const) {
    it(`${JSON.stringify(user)}${passwd === undefined ? ' without /etc/passwd' : ''} is ${expected.join(':')}`, () => {
      assert.deepEqual(Object.values(userAndGroup(user, passwd)), expected);
    });
  }
});
