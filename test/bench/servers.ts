/** The language servers that are compared, in the states in which they are compared. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic, TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import { Command } from '../../server/src/protocol.ts';
import type { FetchArguments, FetchResult } from '../../server/src/protocol.ts';
import { startLspClient } from '../helpers/lsp-client.ts';
import type { LspClient } from '../helpers/lsp-client.ts';
import { LARDER_SERVER, YAML_SERVER } from './context.ts';
import type { Bench } from './context.ts';
import { deployments, DOCUMENT_LINES } from './manifests.ts';
import { PLATFORM, storedImage, writeStore } from './stores.ts';
import { timed } from './statistics.ts';

const DOCUMENTS = 500;
const STORED = 10_000;
/** Every so many containers have an image that is not in the store. */
const MISSING_EACH = 10;
/** How long yaml-language-server waits for the next keystroke before it looks, in milliseconds. Waiting is no work: it is taken off. */
const YAML_DELAY = 200;

/** 14,000 lines, 500 documents, 1,500 images. */
export const BIG_MANIFEST = deployments(DOCUMENTS, (container) =>
  container % MISSING_EACH === 5 ? `registry.example/missing/app${container}:1` : storedImage(container),
);

/** A container's image in the middle of {@link BIG_MANIFEST}. */
export const MIDDLE = { line: (DOCUMENTS / 2) * DOCUMENT_LINES + 21, character: 35 };

/** One keystroke in the middle: a letter comes, and at the next goes again. */
export function keystroke(round: number): TextDocumentContentChangeEvent {
  const after = { line: MIDDLE.line, character: MIDDLE.character + 1 };
  return round % 2 === 0
    ? { range: { start: MIDDLE, end: MIDDLE }, text: 'x' }
    : { range: { start: MIDDLE, end: after }, text: '' };
}

/** Larder's server over a store of its own. */
export class LarderServer {
  readonly client: LspClient;
  readonly #store: string;

  constructor(client: LspClient, store: string) {
    this.client = client;
    this.#store = store;
  }

  /** Fetches from the remote, as "Fetch Image at Cursor from the Remote" does; returns the image ID. */
  async fetch(image: string): Promise<string> {
    const [result] = await this.fetchAll([{ image, syntax: 'docker', mode: 'remote' }]);
    if (result === undefined) throw new Error(`nothing came of ${image}`);
    return result;
  }

  /** @returns the image IDs */
  async fetchAll(images: FetchArguments['images']): Promise<string[]> {
    const result = await this.client.execute<FetchResult>(Command.fetch, { images });
    return result.images.map((it) => {
      if ('error' in it) throw new Error(it.error.message);
      return it.imageId;
    });
  }

  /** Removes an image and all registry blobs, so that the next fetch downloads it again. */
  async forget(imageId: string): Promise<void> {
    await this.client.execute(Command.remove, { imageId });
    await rm(join(this.#store, 'blob/sha256'), { recursive: true, force: true });
  }
}

/**
 * Starts Larder's server.
 * @param stored how many images its store holds
 */
export async function startLarder(bench: Bench, stored = STORED): Promise<LarderServer> {
  const store = await bench.directory();
  if (stored > 0) await writeStore(store, stored);
  const settings = { store: { path: store }, platform: PLATFORM };
  // Whatever happens, the store of whoever measures stays as it is.
  const env = { XDG_DATA_HOME: await bench.directory() };
  return new LarderServer(await startLspClient({ script: LARDER_SERVER, env, settings }), store);
}

/** yaml-language-server, which has no schema at all and thus the least to do. */
export function startYaml(): Promise<LspClient> {
  const settings = { validate: true, schemaStore: { enable: false }, schemas: {} };
  return startLspClient({ script: YAML_SERVER, settings });
}

/** Runs something that makes yaml-language-server look at a document; how long it worked on it, in milliseconds. */
export async function untilPushed(
  client: LspClient,
  uri: string,
  cause: () => Promise<void>,
): Promise<number> {
  const { received } = client;
  const before = received.pushed.get(uri);
  const milliseconds = await timed(async () => {
    await cause();
    await received.until<readonly Diagnostic[]>('diagnostics of yaml-language-server', () => {
      const now = received.pushed.get(uri);
      return now !== before && now;
    });
  });
  return milliseconds - YAML_DELAY;
}
