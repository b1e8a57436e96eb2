import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HostLimits } from '../../../server/src/engine/http/host-limits.ts';
import { HttpClient } from '../../../server/src/engine/http/http-client.ts';
import { networkHost } from '../../helpers/network-host.ts';
import type { NetworkHost } from '../../helpers/network-host.ts';
import { startRegistry } from '../../helpers/registry.ts';
import type { Registry } from '../../helpers/registry.ts';

interface LimitFixture {
  readonly host: NetworkHost;
  readonly registry: Registry;
  readonly limits: HostLimits;
  readonly ask: (path?: string, patience?: number) => Promise<number>;
}

async function withLimits(body: (fixture: LimitFixture) => Promise<void>): Promise<void> {
  const host = networkHost();
  const registry = await startRegistry();
  const limits = new HostLimits(host);
  const client = new HttpClient(host, { limits });
  const ask = async (path = '/v2/', patience = 60_000): Promise<number> => {
    const url = new URL(path, `http://${registry.host}`);
    const request = {
      url,
      doing: 'ask',
      method: 'GET',
      expect: [200],
      redirects: 'refuse',
      patience,
    } as const;
    const { status, body: answer } = await client.send(request);
    await answer.dump();
    return status;
  };
  try {
    await body({ host, registry, limits, ask });
  } finally {
    await registry.close();
    await host.close();
  }
}

const limited = (seconds: number, times = 1) =>
  ({ kind: 'status', status: 429, headers: { 'retry-after': String(seconds) }, times }) as const;

describe('a client of a host that limits requests', () => {
  it('waits for as long as the host has asked, whatever it is asked next', () =>
    withLimits(async ({ host, registry, ask }) => {
      registry.misbehave('/v2/', limited(7));
      await assert.rejects(ask('/v2/'), { code: 'E_RATE_LIMIT' });
      registry.push('team/app', '1', { digest: 'sha256:0', manifests: [], blobs: [] });
      await assert.rejects(ask('/v2/team/app/manifests/1'), { code: 'E_NOT_FOUND' });
      assert.deepEqual(host.sleeps, [7000]);
    }));

  it('says when it may ask again, where that is too long to wait for, and asks nothing', () =>
    withLimits(async ({ host, registry, ask }) => {
      registry.misbehave('/v2/', limited(3600));
      await assert.rejects(ask(), { code: 'E_RATE_LIMIT' });
      const until = new Date(host.clock.now() + 3_600_000).toISOString();
      await assert.rejects(ask(), {
        code: 'E_RATE_LIMIT',
        message: new RegExp(`asked to be left alone until ${until}; try again then`),
      });
      assert.equal(registry.requests.length, 1);
      await host.clock.sleep(3_600_000);
      assert.equal(await ask(), 200);
    }));

  it('waits for no longer than its patience lasts', () =>
    withLimits(async ({ host, registry, ask }) => {
      registry.misbehave('/v2/', limited(2));
      await assert.rejects(ask(), { code: 'E_RATE_LIMIT' });
      await assert.rejects(ask('/v2/', 0), { code: 'E_RATE_LIMIT', message: /left alone until/ });
      assert.deepEqual(host.sleeps, []);
    }));

  it('leaves a host alone for longer with every failure, and not another host', () =>
    withLimits(async ({ host, registry, ask }) => {
      registry.misbehave('/v2/', { kind: 'status', status: 503, times: 3 });
      for (let turn = 0; turn < 3; turn++) await assert.rejects(ask());
      assert.equal(await ask(), 200);
      assert.deepEqual(host.sleeps, [375, 750, 1500]);
      const other = await startRegistry();
      try {
        assert.equal(await ask(`http://${other.host}/v2/`), 200);
        assert.equal(host.sleeps.length, 3);
      } finally {
        await other.close();
      }
    }));

  it('keeps what the host says of its limits', () =>
    withLimits(async ({ registry, limits, ask }) => {
      const headers = { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600' };
      registry.misbehave('/v2/', { kind: 'headers', headers });
      await ask();
      assert.deepEqual(limits.snapshot(), [
        { host: registry.host, limit: 100, remaining: 76, retryAt: null },
      ]);
    }));

  it('does not count what a host answers on purpose', () =>
    withLimits(async ({ host, ask }) => {
      for (let turn = 0; turn < 3; turn++)
        await assert.rejects(ask('/v2/no/manifests/1'), { code: 'E_NOT_FOUND' });
      assert.deepEqual(host.sleeps, []);
    }));
});
