import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { Origin } from '../helpers/origin.ts';
import { Gpg } from './gpg.ts';
import { startRegistry } from './parts.ts';
import type { Case, Names } from './policy-cases/case.ts';
import { IDENTITIES } from './policy-cases/identities.ts';
import { INVALID } from './policy-cases/invalid.ts';
import { KEYS } from './policy-cases/keys.ts';
import { PLACES } from './policy-cases/places.ts';
import { RULES } from './policy-cases/rules.ts';
import { SCOPES } from './policy-cases/scopes.ts';
import { SIGNATURES } from './policy-cases/signatures.ts';
import { PolicyDesk } from './policy-desk.ts';
import { makeImages, makeKeys } from './policy-images.ts';
import type { Keys } from './policy-images.ts';

/** How skopeo begins when it is the policy, or what it needs for it, that stands against an image. */
const REFUSED = /Source image rejected|Error loading trust policy|signature storage|parsing .*\.yaml/;

describe('skopeo and Larder on image policies', () => {
  const cleanup = new AsyncDisposableStack();
  let desk: PolicyDesk;
  let keys: Keys;
  let names: Names;

  before(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'larder-policy-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    const registry = cleanup.adopt(await startRegistry(directory), (it) => it.close());
    const gpg = cleanup.adopt(await Gpg.open(directory), (it) => it.close());
    desk = new PolicyDesk(directory, registry.host, gpg);
    keys = await makeKeys(desk);
    const { content } = await makeImages(desk, keys);
    const origin = cleanup.adopt(await new Origin().listen(), (it) => it.close());
    const path = `/alice@${content.replace(':', '=')}/signature-1`;
    origin.serve(path, { body: await readFile(desk.signaturePath('alice', content)) });
    origin.serve(`/denied${path}`, { status: 403 });

    const files = await writeKeys(gpg, directory, keys);
    names = {
      registry: desk.registry,
      port: desk.registry.replace(/.*:/, ''),
      key: (name) => join(directory, `${name}.key`),
      keyData: (name) => Buffer.from(files.get(name) ?? '').toString('base64'),
      digest: content,
      lookaside: pathToFileURL(desk.lookaside).href,
      web: origin.url,
    };
  });
  after(() => cleanup.disposeAsync());

  const groups = { RULES, KEYS, IDENTITIES, SIGNATURES, SCOPES, PLACES, INVALID };
  for (const [group, cases] of Object.entries(groups)) {
    describe(group.toLowerCase(), () => {
      for (const each of cases) {
        const skopeo = (each.larder === null) === (each.unlike === undefined) ? 'accepts' : 'rejects';
        it(`${each.what}: skopeo ${skopeo}, larder ${each.larder ?? 'accepts'}`, async () => {
          await bothJudge(each, skopeo === 'accepts');
        });
      }
    });
  }

  let number = 0;
  async function bothJudge(each: Case, skopeoAccepts: boolean): Promise<void> {
    number += 1;
    const policy = join(desk.directory, `policy-${number}.json`);
    const written = each.policy(names);
    await writeFile(policy, typeof written === 'string' ? written : JSON.stringify(written));
    const files = each.registriesD?.(names) ?? {
      'a.yaml': `default-docker: { lookaside: "${names.lookaside}" }`,
    };
    const home = await desk.home(`case-${number}`, files);
    const image = typeof each.image === 'string' ? `${names.registry}/${each.image}` : each.image(names);

    const skopeo = await desk.skopeo(policy, home, image);
    const larder = await desk.larder(policy, home, image);
    const said = JSON.stringify({ skopeo, larder }, null, 2);
    assert.equal('code' in larder ? larder.code : null, each.larder, said);
    assert.equal(skopeo.accepts, skopeoAccepts, said);
    if (!skopeo.accepts) assert.match(skopeo.stderr, REFUSED);
    if (each.signers !== undefined) {
      const fingerprints = each.signers.map((name) => keys[name as keyof Keys]);
      assert.deepEqual(
        'signers' in larder && larder.signers.map(({ fingerprint }) => fingerprint),
        fingerprints,
      );
    }
  }
});

/** Writes each key to a file, some files of other kinds besides; the armored keys by name. */
async function writeKeys(gpg: Gpg, directory: string, keys: Keys): Promise<Map<string, string>> {
  const armored = new Map<string, string>();
  for (const [name, fingerprint] of Object.entries(keys)) armored.set(name, await gpg.export(fingerprint));
  const several = ['alice', 'bob']
    .map((name) => `The key of ${name}:\n\n${armored.get(name) ?? ''}`)
    .join('\n');
  const nonsense = 'no key at all\n';
  for (const [name, text] of [...armored, ['several', several], ['nonsense', nonsense]] as const) {
    await writeFile(join(directory, `${name}.key`), text);
  }
  await writeFile(join(directory, 'binary.key'), dearmored(armored.get('bob') ?? ''));
  return armored;
}

/** The bytes in a block of armor (RFC 9580, 6.2). */
function dearmored(text: string): Buffer {
  const [, body = ''] = /\n\n([^=-]+=*)/.exec(text) ?? [];
  return Buffer.from(body, 'base64');
}
