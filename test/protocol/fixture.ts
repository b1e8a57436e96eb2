/** What the protocol suites share: a server with a store of its own, and manifests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLspClient } from '../helpers/lsp-client.ts';
import type { LspClient, LspClientOptions } from '../helpers/lsp-client.ts';

export interface Workbench extends AsyncDisposable {
  readonly client: LspClient;
  /** Directory of the store. */
  readonly store: string;
}

/** Starts a server with an empty store; both are gone when it is disposed of. */
export async function workbench(options: LspClientOptions = {}): Promise<Workbench> {
  const directory = await mkdtemp(join(tmpdir(), 'larder-protocol-'));
  const store = join(directory, 'store');
  const settings = { store: { path: store }, platform: 'linux/amd64', ...options.settings };
  const client = await startLspClient({ ...options, settings });
  return {
    client,
    store,
    async [Symbol.asyncDispose]() {
      await client.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The inline statuses of a document once one of them reads so; asked for again at each refresh, as an editor does. */
export async function untilHint({ client }: Workbench, uri: string, wanted: string): Promise<string[]> {
  const { received } = client;
  for (;;) {
    const { inlayHints } = received.refreshes;
    const labels = (await client.inlayHints(uri)).map(({ label }) =>
      typeof label === 'string' ? label : '',
    );
    if (labels.includes(wanted)) return labels;
    await received.until(
      `a hint ${wanted}, not ${labels.join()}`,
      () => received.refreshes.inlayHints > inlayHints,
    );
  }
}

export const POD_URI = 'file:///pods/web.yaml';

/** A pod of containers with these images, each with its pull policy if it has one: `nginx:1.27 Never`. */
export function podOf(...images: readonly string[]): string {
  const containers = images.map((words, index) => {
    const [image, policy] = words.split(' ');
    const imagePullPolicy = policy === undefined ? '' : `      imagePullPolicy: ${policy}\n`;
    return `    - name: c${index}\n      image: ${image ?? ''}\n${imagePullPolicy}`;
  });
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n${containers.join('')}`;
}

/** Where the first container's image stands in {@link podOf}. */
export const FIRST_IMAGE = { line: 7, character: 15 };
