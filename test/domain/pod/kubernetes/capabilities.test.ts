import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capabilityIsolator } from '../../../../server/src/domain/pod/kubernetes/capabilities.ts';
import type { Isolator } from '../../../../server/src/domain/pod/pod-manifest.ts';

const DEFAULTS = 14;

function isolator(
  add: readonly string[],
  drop: readonly string[],
  unknown: string[] = [],
): Isolator | undefined {
  const found = (value: string) => ({ value, span: { start: 0, end: 0 }, path: '' });
  return capabilityIsolator(add.map(found), drop.map(found), ({ value }) => unknown.push(value));
}

function setOf(found: Isolator | undefined): readonly string[] {
  return (found?.value as { set: readonly string[] } | undefined)?.set ?? [];
}

describe('capabilityIsolator', () => {
  it('is not needed while the default set stays', () => {
    assert.equal(isolator([], []), undefined);
    assert.equal(isolator(['CHOWN'], ['SYS_ADMIN']), undefined);
  });

  it('removes from the default set', () => {
    assert.deepEqual(isolator([], ['NET_RAW', 'cap_mknod']), {
      name: 'os/linux/capabilities-remove-set',
      value: { set: ['CAP_MKNOD', 'CAP_NET_RAW'] },
    });
  });

  it('removes all of it where nothing is left, as no set may be empty', () => {
    const found = isolator([], ['ALL']);
    assert.equal(found?.name, 'os/linux/capabilities-remove-set');
    assert.equal(setOf(found).length, DEFAULTS);
  });

  it('retains what is added to nothing', () => {
    assert.deepEqual(isolator(['NET_BIND_SERVICE'], ['all']), {
      name: 'os/linux/capabilities-retain-set',
      value: { set: ['CAP_NET_BIND_SERVICE'] },
    });
  });

  it('retains the default set with what is added, without what is dropped', () => {
    const set = setOf(isolator(['NET_ADMIN', 'SYS_TIME'], ['SYS_TIME', 'KILL']));
    assert.equal(set.length, DEFAULTS);
    assert.ok(set.includes('CAP_NET_ADMIN') && !set.includes('CAP_KILL') && !set.includes('CAP_SYS_TIME'));
  });

  it('retains all but what is dropped', () => {
    const found = isolator(['ALL'], ['SYS_ADMIN']);
    assert.equal(found?.name, 'os/linux/capabilities-retain-set');
    assert.equal(setOf(found).length, 40);
    assert.ok(!setOf(found).includes('CAP_SYS_ADMIN'));
  });

  it('tells about names that Linux does not have', () => {
    const unknown: string[] = [];
    assert.equal(isolator(['NET_ADMIM'], ['X'], unknown), undefined);
    assert.deepEqual(unknown, ['NET_ADMIM', 'X']);
  });
});
