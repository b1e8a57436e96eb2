import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DiagnosticSeverity, TextDocumentContentRequest } from 'vscode-languageserver/node';
import { Command } from '../../server/src/protocol.ts';
import type { PrepareArguments, PrepareResult } from '../../server/src/protocol.ts';
import { buildImage } from '../helpers/images.ts';
import { startRegistry } from '../helpers/registry.ts';
import type { Registry } from '../helpers/registry.ts';
import { workbench } from './fixture.ts';
import type { Workbench } from './fixture.ts';

const URI = 'file:///shop/deployment.yaml';

const app = await buildImage({
  layers: [{ files: [{ name: 'bin/app', content: 'the app' }] }],
  config: { Entrypoint: ['/bin/app'] },
});

describe('preparing a pod over the protocol', () => {
  let registry: Registry;
  before(async () => {
    registry = await startRegistry();
    registry.push('shop/web', '1', app);
  });
  after(() => registry.close());

  const deployment = (policy = 'IfNotPresent'): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  template:
    spec:
      containers:
        - name: web
          image: ${registry.host}/shop/web:1
          imagePullPolicy: ${policy}
          livenessProbe: { httpGet: { port: 80 } }
`;

  const prepare = ({ client }: Workbench, more: Partial<PrepareArguments> = {}): Promise<PrepareResult> =>
    client.execute<PrepareResult>(Command.prepare, { uri: URI, ...more });

  it('resolves, renders and reifies it, and shows what it has become', async () => {
    await using bench = await workbench();
    const { client, store } = bench;
    await client.open(URI, deployment());
    const lens = (await client.codeLenses(URI)).find(({ command }) => command?.title === 'Prepare');
    assert(lens?.command);
    const argument: unknown = lens.command.arguments?.[0];
    const { uuid, path, uri, unmapped } = await client.execute<PrepareResult>(lens.command.command, argument);
    assert.equal(path, join(store, 'pods/prepared', uuid));
    assert.deepEqual(client.received.opened, [uri]);
    assert.equal(uri, `larder-pod:/${uuid}/shop.pod-manifest.jsonc`);

    const { text } = await client.connection.sendRequest(TextDocumentContentRequest.type, { uri });
    assert.match(text, new RegExp(`^// Prepared pod ${uuid}\n// in ${path}\n// from ${URI}, `));
    assert.match(text, /^\/\/ not mapped: .*\.livenessProbe: appc has no health checks$/m);
    const manifest = JSON.parse(text.replaceAll(/^\/\/.*\n/gm, '')) as {
      acKind: string;
      apps: { name: string; image: { id: string }; app: { exec: string[] } }[];
    };
    assert.equal(manifest.acKind, 'PodManifest');
    const [web] = manifest.apps;
    assert(web !== undefined);
    assert.deepEqual([web.name, web.app.exec], ['web', ['/bin/app']]);
    assert.match(web.image.id, /^sha512-[0-9a-f]{128}$/);
    assert.equal(await readFile(join(path, 'pod'), 'utf8'), text.replaceAll(/^\/\/.*\n/gm, ''));

    assert.deepEqual(
      unmapped.map(({ path: at, range }) => [at, range.start.line]),
      [['spec.template.spec.containers[0].livenessProbe', 10]],
    );
  });

  it('says what the prepared pod is without, at its place, until the text is another one', async () => {
    await using bench = await workbench();
    const { client } = bench;
    await client.open(URI, deployment());
    const notMapped = async () => (await client.diagnostics(URI)).filter(({ code }) => code === 'not-mapped');
    assert.deepEqual(await notMapped(), []);
    await prepare(bench);
    const [diagnostic, ...more] = await notMapped();
    assert.deepEqual(more, []);
    assert.equal(diagnostic?.severity, DiagnosticSeverity.Information);
    assert.equal(diagnostic.range.start.line, 10);
    assert.match(
      JSON.stringify(diagnostic.message),
      /without spec\.template\.spec\.containers\[0\]\.livenessProbe, because/,
    );
    await client.change(URI, { text: `${deployment()}# more\n` });
    assert.deepEqual(await notMapped(), []);
  });

  it('gets each image by its own pull policy', async () => {
    await using bench = await workbench();
    const { client } = bench;
    await client.open(URI, deployment('Never'));
    registry.clearRequests();
    await assert.rejects(prepare(bench), { message: /is not in the store and --no-fetch allows no request/ });
    assert.deepEqual(registry.requests, []);
    await client.change(URI, { text: deployment('Always') });
    await prepare(bench);
    registry.clearRequests();
    await prepare(bench, { position: { line: 8, character: 20 } });
    assert.deepEqual(registry.requestLines, ['HEAD /v2/shop/web/manifests/1 → 200']);
    await client.change(URI, { text: deployment('Never') });
    registry.clearRequests();
    await prepare(bench, { pod: 0 });
    assert.deepEqual(registry.requests, []);
  });

  it('refuses in one sentence', async () => {
    await using bench = await workbench();
    const { client } = bench;
    await client.open(URI, deployment('Sometimes'));
    await assert.rejects(prepare(bench), {
      message: /the pull policy "Sometimes", which Kubernetes does not/,
    });
    await assert.rejects(prepare(bench, { pod: 7 }), { message: /there is no pod at this place/ });
    await assert.rejects(prepare(bench, { pod: -1 }), { message: /`pod` must be the number of a pod/ });
    await assert.rejects(prepare(bench, { uri: 'file:///other.yaml' }), { message: /is not open/ });
    await client.change(URI, { text: deployment().replace('name: web', 'name: "{{ name }}"') });
    await assert.rejects(prepare(bench), { data: { code: 'E_POD' } });
    const gone = { uri: 'larder-pod:/12345678-1234-1234-1234-123456789abc/x.jsonc' };
    const { text } = await client.connection.sendRequest(TextDocumentContentRequest.type, gone);
    assert.match(text, /^\/\/ There is no prepared pod 12345678-/);
  });
});
