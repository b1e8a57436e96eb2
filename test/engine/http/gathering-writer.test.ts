import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { GatheringWriter } from '../../../server/src/engine/http/gathering-writer.ts';

const MIB = 1 << 20;

/** A disk that finishes a write when it is told to. */
function slowDisk() {
  const writes: Buffer[] = [];
  const waiting: (() => void)[] = [];
  return {
    writes,
    append: (bytes: Buffer): Promise<void> => {
      writes.push(bytes);
      return new Promise((done) => waiting.push(done));
    },
    /** Finishes what is being written and what comes after it. */
    finish: async (): Promise<void> => {
      do {
        waiting.shift()?.();
        await new Promise(setImmediate);
      } while (waiting.length > 0);
    },
  };
}

describe('a gathering writer', () => {
  it('writes a piece at once, and what comes meanwhile together', async () => {
    const disk = slowDisk();
    const writer = new GatheringWriter(disk.append, Promise.resolve());
    for (const text of ['a', 'b', 'c']) {
      assert.equal(writer.write(Buffer.from(text)), undefined);
      await new Promise(setImmediate);
      assert.deepEqual(disk.writes.map(String), ['a']);
    }
    const flushed = writer.flush();
    await disk.finish();
    await flushed;
    assert.deepEqual(disk.writes.map(String), ['a', 'bc']);
  });

  it('asks for a pause when too much is waiting', async () => {
    const disk = slowDisk();
    const writer = new GatheringWriter(disk.append, Promise.resolve());
    for (let at = 0; at < 4; at++) assert.equal(writer.write(Buffer.alloc(MIB)), undefined);
    const pause = writer.write(Buffer.alloc(MIB));
    assert.ok(pause);
    await disk.finish();
    await pause;
    assert.equal(Buffer.concat(disk.writes).length, 5 * MIB);
  });

  it('writes nothing before it may', async () => {
    const disk = slowDisk();
    const ready = Promise.withResolvers<undefined>();
    const writer = new GatheringWriter(disk.append, ready.promise);
    void writer.write(Buffer.from('a'));
    await new Promise(setImmediate);
    assert.deepEqual(disk.writes, []);
    ready.resolve(undefined);
    await disk.finish();
    await writer.flush();
    assert.deepEqual(disk.writes.map(String), ['a']);
  });

  it('tells of a failed write at the next piece and at the end, and writes no more', async () => {
    const full = new Error('the disk is full');
    const writes: Buffer[] = [];
    const append = (bytes: Buffer): Promise<void> => {
      writes.push(bytes);
      return Promise.reject(full);
    };
    const writer = new GatheringWriter(append, Promise.resolve());
    void writer.write(Buffer.from('a'));
    await new Promise(setImmediate);
    assert.throws(() => writer.write(Buffer.from('b')), full);
    await assert.rejects(writer.flush(), full);
    assert.equal(writes.length, 1);
  });

  it('tells of what failed before the first write', async () => {
    const never = (): Promise<void> => assert.fail('written too early');
    const failure = new Error('not ready');
    await assert.rejects(new GatheringWriter(never, Promise.reject(failure)).flush(), failure);
  });

  it('writes every byte once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 })), async (pieces) => {
        const written: Buffer[] = [];
        const append = async (bytes: Buffer): Promise<void> => {
          await Promise.resolve();
          written.push(bytes);
        };
        const writer = new GatheringWriter(append, Promise.resolve());
        for (const [at, piece] of pieces.entries()) {
          await writer.write(Buffer.from(piece));
          if (at % 3 === 0) await Promise.resolve();
        }
        await writer.flush();
        assert.deepEqual(Buffer.concat(written), Buffer.concat(pieces));
      }),
    );
  });
});
