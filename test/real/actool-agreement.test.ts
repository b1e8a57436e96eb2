import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Reported } from '../../server/src/cli/formats/report.ts';
import { larder } from '../cli/fake-terminal.ts';
import { sampleManifests } from './appc-mutations.ts';
import type { Sample } from './appc-mutations.ts';
import { run } from './parts.ts';

const COUNT = 600;
const SEED = Number(process.env['LARDER_SEED'] ?? 20_260_131);

interface Verdict {
  readonly isValid: boolean;
  readonly why: string;
}

interface LarderVerdict extends Verdict {
  /** Why Larder may be stricter than actool (docs/appc.md, "Agreement with actool"). */
  readonly reason: 'a key twice' | 'the image cannot be looked up' | undefined;
}

let directory: string;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-agreement-'));
});

after(() => rm(directory, { recursive: true, force: true }));

/** Debian's actool; its reader ends with a panic on some input, which is a refusal too. */
async function actoolVerdict(file: string): Promise<Verdict> {
  try {
    await run('actool', 'validate', file);
    return { isValid: true, why: '' };
  } catch (error) {
    return { isValid: false, why: (error as Error).message };
  }
}

/** `larder check` over all files at once. */
async function larderVerdicts(files: readonly string[]): Promise<Map<string, LarderVerdict>> {
  const { stdout, stderr } = await larder(['check', '--json', '--dir', join(directory, 'store'), ...files]);
  assert.equal(stderr, '');
  const byFile = Map.groupBy(JSON.parse(stdout) as Reported[], ({ file }) => file);
  return new Map(files.map((file) => [file, larderVerdict(byFile.get(file) ?? [])]));
}

function larderVerdict(found: readonly Reported[]): LarderVerdict {
  const errors = found.filter(({ severity }) => severity === 'error');
  const why = errors.map(({ rule, message }) => `[${rule}] ${message}`).join(' ');
  const isTwice = found.some(({ message }) => message.includes('stands here a second time'));
  const isReference = errors.every(({ rule }) => rule === 'invalid-reference');
  const reason = isTwice ? 'a key twice' : isReference ? 'the image cannot be looked up' : undefined;
  return { isValid: errors.length === 0, why, reason };
}

describe('larder check and actool validate', () => {
  it(`agree on ${COUNT} manifests, valid and changed`, async (test) => {
    test.diagnostic(`seed ${SEED}; LARDER_SEED=… tries another`);
    const samples = new Map<string, Sample>();
    for (const [index, sample] of sampleManifests(SEED, COUNT).entries()) {
      const file = join(directory, `${index}.json`);
      await writeFile(file, sample.text);
      samples.set(file, sample);
    }
    const files = [...samples.keys()];
    const verdicts = await larderVerdicts(files);
    const counts = { valid: 0, refused: 0 };
    const disagreements: string[] = [];
    const explained: string[] = [];
    for (const [file, { text, changes }] of samples) {
      const expected = await actoolVerdict(file);
      const actual = verdicts.get(file);
      counts[expected.isValid ? 'valid' : 'refused']++;
      if (changes === 0) assert.ok(expected.isValid, `${expected.why}\n${text}`);
      if (actual === undefined || actual.isValid === expected.isValid) continue;
      if (expected.isValid && actual.reason !== undefined) explained.push(`${actual.reason}: ${actual.why}`);
      else
        disagreements.push(`actool: ${expected.why || 'valid'}\nlarder: ${actual.why || 'valid'}\n${text}\n`);
    }
    test.diagnostic(`${counts.valid} valid, ${counts.refused} refused`);
    assert.ok(counts.valid >= 200 && counts.refused >= 200);
    for (const each of explained) test.diagnostic(`known difference, ${each}`);
    assert.equal(disagreements.join('\n'), '');
    assert.ok(explained.length <= COUNT / 50, 'differences are rare');
  });
});
