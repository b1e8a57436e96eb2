import { describe, it } from 'node:test';
import { assertProblems, imageWithApp, pod } from './problems.ts';

const isolator = (name: string, value: string) => `{ "name": "${name}", "value": ${value} }`;
const app = (...isolators: string[]) => imageWithApp(`"isolators": [${isolators.join()}]`);

describe('isolators', () => {
  it('must be known in an app, and may be anything in a pod', () => {
    assertProblems(pod(`"apps": [], "isolators": [${isolator('resource/gpu', '1')}, null]`));
    assertProblems(
      app(isolator('«schema|resource/gpu»', '1')),
      /one of resource\/block-bandwidth, .* in an app/,
    );
    assertProblems(app('«schema|null»'));
    assertProblems(app('«schema|{» "name": "resource/cpu" }'), /must have "value"/);
    assertProblems(app(isolator('resource/cpu', '«schema|null»')));
  });

  for (const quantity of [
    '"10"',
    '"1.5Gi"',
    '"250m"',
    '"1e3"',
    '"1E"',
    '"-.5k"',
    '" 4M "',
    '10',
    '0.5',
    '1e6',
  ])
    it(`limit a resource to ${quantity}`, () =>
      assertProblems(app(isolator('resource/memory', `{ "request": ${quantity}, "limit": ${quantity} }`))));
  for (const quantity of ['10X', '1ki', '1e', '1.5.2', 'ten', '1 Mi'])
    it(`do not limit a resource to ${quantity}`, () =>
      assertProblems(
        app(isolator('resource/cpu', `{ "limit": "«schema|${quantity}»" }`)),
        /must be a quantity/,
      ));

  it('of compute resources are no default, those of devices are', () => {
    assertProblems(app(isolator('resource/cpu', '{ "default": «schema|true» }')), /must be false/);
    assertProblems(app(isolator('resource/block-iops', '{ "default": true, "limit": "1k" }')));
    assertProblems(app(isolator('resource/block-iops', '«schema|{» "limit": "1k" }')), /"default": true/);
    assertProblems(
      app(isolator('resource/network-bandwidth', '{ "default": true, "«schema|request»": 1 }')),
      /only be limited/,
    );
    assertProblems(app(isolator('resource/memory', '«schema|[»]')), /must be an object; it is a list/);
  });

  it('have sets with something in them', () => {
    assertProblems(app(isolator('os/linux/capabilities-retain-set', '{ "set": ["CAP_KILL"] }')));
    assertProblems(
      app(isolator('os/linux/capabilities-remove-set', '{ "set": «schema|[»] }')),
      /at least one of the capabilities/,
    );
    assertProblems(
      app(isolator('os/linux/seccomp-retain-set', '«schema|{» }')),
      /at least one of the system calls/,
    );
    assertProblems(
      app(isolator('os/linux/seccomp-retain-set', '{ "set": ["a"], "errno": "«schema|Eperm»" }')),
      /EPERM/,
    );
  });

  it('stand once, and seccomp sets exclude each other', () => {
    const retain = isolator('os/linux/seccomp-retain-set', '{ "set": ["a"] }');
    const shares = isolator('os/linux/cpu-shares', '2');
    const memory = isolator('resource/memory', '{}');
    assertProblems(app(memory, memory, shares, retain));
    assertProblems(
      app(shares, shares.replace('os/linux/cpu-shares', '«schema|os/linux/cpu-shares»')),
      /only once/,
    );
    assertProblems(
      app(retain, isolator('«schema|os/linux/seccomp-remove-set»', '{ "set": ["a"] }')),
      /also has "os\/linux\/seccomp-retain-set"/,
    );
  });

  it('have values of their own', () => {
    assertProblems(app(isolator('os/linux/no-new-privileges', '«schema|1»')), /must be true or false/);
    assertProblems(app(isolator('os/linux/oom-score-adj', '«schema|1001»')), /from -1000 to 1000/);
    assertProblems(app(isolator('os/linux/cpu-shares', '«schema|1»')), /from 2 to 262144/);
    assertProblems(app(isolator('os/unix/sysctl', '{ "a": «schema|1» }')));
    const context = (user: string) => `{ "user": ${user}, "role": "r", "type": "t", "level": "s0:c1" }`;
    assertProblems(app(isolator('os/linux/selinux-context', context('"u"'))));
    assertProblems(app(isolator('os/linux/selinux-context', context('"«schema|u:v»"'))));
    assertProblems(app(isolator('os/linux/selinux-context', context('«schema|""»'))), /must have "user"/);
  });
});
