import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../server/src/domain/errors.ts';
import { DOCKER_HUB, parseReference } from '../../server/src/domain/reference.ts';
import { RegistriesConfFile } from '../../server/src/engine/registry/registries-conf-file.ts';
import { routesFor } from '../../server/src/engine/registry/routes.ts';
import type { Route } from '../../server/src/engine/registry/routes.ts';
import { archive } from '../engine/aci/archives.ts';
import { networkHost } from '../helpers/network-host.ts';
import { DIGEST } from '../helpers/records.ts';
import { writeLayout } from './oci-layout.ts';
import { run, startRegistry } from './parts.ts';
import { SAME } from './registries-conf-cases.ts';
import { Skopeo } from './skopeo-routes.ts';
import type { Asked } from './skopeo-routes.ts';

/** What both do with an image: the places, and what they are; or that there are none, and why. */
type Decision = readonly string[] | 'blocked' | 'refused';

function ofSkopeo({ decision, places }: Asked): Decision {
  if (decision !== 'asked') return decision;
  return places.map(({ name, insecure }) => `${name}${insecure ? ' insecure' : ''}`);
}

describe('registries.conf, beside skopeo', () => {
  const cleanup = new AsyncDisposableStack();
  let directory: string;
  let skopeo: Skopeo;
  let conf: RegistriesConfFile;
  let host: ReturnType<typeof networkHost>;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'larder-registries-conf-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    skopeo = await Skopeo.open(directory);
    host = cleanup.adopt(networkHost(), (it) => it.close());
    conf = new RegistriesConfFile(host, { named: undefined, user: skopeo.place, system: undefined });
  });
  after(() => cleanup.disposeAsync());

  async function configure(text: string): Promise<void> {
    await skopeo.configure(text);
    // Larder looks for changes once a second, and this clock is a test's.
    await host.clock.sleep(1000);
  }

  async function routes(image: string): Promise<readonly Route[]> {
    const { tag, digest, ...repository } = parseReference(image);
    return routesFor(await conf.read(), repository, digest === undefined ? 'tag' : 'digest', digest ?? tag);
  }

  async function ofLarder(image: string): Promise<Decision> {
    const version = /[:@][^/]*$/.exec(image)?.[0] ?? '';
    try {
      return (await routes(image)).map(({ registry, repository, insecure }) => {
        const shown = registry === DOCKER_HUB ? 'docker.io' : registry;
        return `${shown}/${repository}${version}${insecure ? ' insecure' : ''}`;
      });
    } catch (error) {
      assert.ok(error instanceof LarderError, String(error));
      return error.code === 'E_BLOCKED' ? 'blocked' : 'refused';
    }
  }

  for (const [what, text, images] of SAME) {
    it(`decides the same: ${what}`, async () => {
      await configure(text);
      for (const image of images) {
        assert.deepEqual(await ofLarder(image), ofSkopeo(await skopeo.ask(image)), image);
      }
    });
  }

  it('decides the same with drop-ins, of which the later has the last word', async () => {
    const registry = (location: string) => `[[registry]]\nprefix = "r.example"\nlocation = "${location}"`;
    const [one, two] = ['1.conf', '2.conf'].map((name) => join(skopeo.place.dropIns, name));
    await writeFile(one ?? '', registry('one.example'));
    await writeFile(two ?? '', registry('two.example'));
    await configure(registry('main.example'));
    assert.deepEqual(ofSkopeo(await skopeo.ask('r.example/a:1')), ['two.example/a:1']);
    assert.deepEqual(await ofLarder('r.example/a:1'), ['two.example/a:1']);
    await Promise.all([rm(one ?? ''), rm(two ?? '')]);
  });

  it('decides the same with any configuration', async () => {
    const flag = fc.constantFrom('', 'true', 'false');
    const written = (key: string, value: string): string[] => (value === '' ? [] : [`${key} = ${value}`]);
    const place = fc.constantFrom(
      ...[
        'a.example',
        'a.example/x',
        'a.example/x/y',
        'b.example:5000/x',
        'c.a.example',
        'docker.io/library',
      ],
    );
    const prefix = fc.oneof(place, fc.constantFrom('*.example', '*.a.example'));
    const use = fc.constantFrom('all', 'digest-only', 'tag-only');
    const mirror = fc
      .record({ location: place, use, insecure: flag })
      .map((it) => [
        ...['[[registry.mirror]]', `location = "${it.location}"`, `pull-from-mirror = "${it.use}"`],
        ...written('insecure', it.insecure),
      ]);
    const registry = fc
      .record({
        prefix,
        location: place,
        insecure: flag,
        blocked: flag,
        mirrors: fc.array(mirror, { maxLength: 2 }),
      })
      .map((it) => {
        // What is blocked and somewhere else at the same time is a contradiction, which is told apart below.
        const location = it.blocked !== 'true' ? it.location : it.prefix.startsWith('*') ? '' : it.prefix;
        const lines = [`prefix = "${it.prefix}"`, `location = "${location}"`, ...it.mirrors.flat()];
        return [
          '[[registry]]',
          ...written('insecure', it.insecure),
          ...written('blocked', it.blocked),
          ...lines,
        ];
      });
    const text = fc.array(registry, { minLength: 1, maxLength: 3 }).map((lines) => lines.flat().join('\n'));
    const version = fc.constantFrom(':1', `@${DIGEST}`);
    const name = fc.constantFrom(
      ...[
        'a.example/x',
        'a.example/x/y/z',
        'a.example/xy',
        'b.example:5000/x',
        'c.a.example/x',
        'd.c.a.example/x',
      ],
      ...['alpine', 'docker.io/team/x', 'a.example:5000/x'],
    );
    await fc.assert(
      fc.asyncProperty(text, name, version, async (content, image, suffix) => {
        await configure(content);
        assert.deepEqual(await ofLarder(image + suffix), ofSkopeo(await skopeo.ask(image + suffix)));
      }),
      { numRuns: 150 },
    );
  });

  it('differs where nobody wrote that a mirror may say what a tag means', async () => {
    await configure('[[registry]]\nlocation = "r.example"\n[[registry.mirror]]\nlocation = "m.example"');
    assert.deepEqual(ofSkopeo(await skopeo.ask('r.example/a:1')), ['m.example/a:1', 'r.example/a:1']);
    assert.deepEqual(await ofLarder('r.example/a:1'), ['r.example/a:1']);
    const pinned = `r.example/a@${DIGEST}`;
    assert.deepEqual(await ofLarder(pinned), ofSkopeo(await skopeo.ask(pinned)));
  });

  it('differs where a registry is blocked and elsewhere: what the manual forbids, skopeo asks for there', async () => {
    await configure('[[registry]]\nprefix = "r.example"\nlocation = "s.example"\nblocked = true');
    assert.deepEqual(ofSkopeo(await skopeo.ask('r.example/a:1')), ['s.example/a:1']);
    assert.equal(await ofLarder('r.example/a:1'), 'blocked');
  });

  it('differs where a prefix ends with a tag or a digest, which the manual allows and skopeo never looks at', async () => {
    const block = (location: string) => `[[registry]]\nlocation = "${location}"\nblocked = true\n`;
    await configure(block('r.example/a:bad') + block(`r.example/a@${DIGEST}`));
    for (const image of ['r.example/a:bad', `r.example/a@${DIGEST}`]) {
      assert.deepEqual(ofSkopeo(await skopeo.ask(image)), [image]);
      assert.equal(await ofLarder(image), 'blocked');
    }
    assert.deepEqual(await ofLarder('r.example/a:good'), ['r.example/a:good']);
  });

  describe('with real registries', () => {
    let mirror: string;
    let source: string;
    let stale: string;
    let current: string;

    before(async () => {
      for (const name of ['mirror', 'source']) {
        const registry = await startRegistry(join(directory, name));
        cleanup.defer(() => registry.close());
        if (name === 'mirror') mirror = registry.host;
        else source = registry.host;
      }
      stale = await push('stale', `${mirror}/copies/team/app:1`);
      current = await push('current', `${source}/team/app:1`);
      await push('current', `${mirror}/copies/team/app:new`);
      await push('other', `${source}/team/only:1`);
    });

    /** Pushes an image that has only a file of this name, and returns its digest. */
    async function push(name: string, to: string): Promise<string> {
      const { layout } = await writeLayout(join(directory, name), [archive([{ name }])]);
      const copy = [
        'copy',
        '--insecure-policy',
        '--dest-tls-verify=false',
        `oci:${layout}`,
        `docker://${to}`,
      ];
      await run('skopeo', ...copy);
      return (
        await run('skopeo', 'inspect', '--tls-verify=false', '--format', '{{.Digest}}', `docker://${to}`)
      ).trim();
    }

    /** The digest of an image from the first of Larder's routes that has it. */
    async function digestOf(image: string): Promise<string | undefined> {
      const { tag, digest } = parseReference(image);
      for (const { registry, repository } of await routes(image)) {
        const url = `http://${registry}/v2/${repository}/manifests/${digest ?? tag ?? ''}`;
        const answer = await fetch(url, {
          headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
        });
        await answer.arrayBuffer();
        if (answer.ok) return answer.headers.get('docker-content-digest') ?? undefined;
      }
      return undefined;
    }

    const mirrored = (use: string): string => `
      [[registry]]
      prefix = "r.example"
      location = "${source}"
      insecure = true
      [[registry.mirror]]
      location = "${mirror}/copies"
      insecure = true
      ${use}`;

    it('gets the same from a mirror and, where that has nothing, from the source', async () => {
      await configure(mirrored('pull-from-mirror = "all"'));
      for (const [image, digest] of [
        ['r.example/team/app:1', stale],
        [`r.example/team/app@${current}`, current],
        ['r.example/team/only:1', undefined],
      ] as const) {
        const asked = await skopeo.ask(image);
        assert.ok(asked.digest, image);
        if (digest !== undefined) assert.equal(asked.digest, digest);
        assert.equal(await digestOf(image), asked.digest);
      }
    });

    it('takes the word of the source for a tag, where skopeo takes that of a mirror that is behind', async () => {
      await configure(mirrored(''));
      assert.equal((await skopeo.ask('r.example/team/app:1')).digest, stale);
      assert.equal(await digestOf('r.example/team/app:1'), current);
    });
  });
});
