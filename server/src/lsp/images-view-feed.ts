import { DidChangeWatchedFilesNotification } from 'vscode-languageserver';
import type { Connection } from 'vscode-languageserver';
import type { ParseImage } from '../domain/image-status.ts';
import type { Log } from '../engine/host.ts';
import { imagesView } from '../features/images-view.ts';
import type { FeatureContext } from '../features/snapshot.ts';
import { ImagesViewNotification } from '../protocol.ts';
import type { ImagesView, ImagesViewParams } from '../protocol.ts';
import type { Client } from './client.ts';
import type { PreparedPods } from './prepared-pods.ts';
import { describe } from './run-safe.ts';
import { WorkspaceImages } from './workspace-images.ts';
import type { ReadManifests } from './workspace-images.ts';

/** How long changes may gather before the client is told, in milliseconds: as someone types, each key is one. */
const SETTLE = 300;
/** Ages change all the time; what has become untrue by time alone is not told more often than this. Milliseconds. */
const MIN_INTERVAL = 30_000;
/** The longest delay of a timer, in milliseconds. */
const MAX_DELAY = 2 ** 31 - 1;

const WATCHED = '**/*.{yaml,yml,json}';

export interface ImagesViewParts {
  readonly connection: Pick<Connection, 'client' | 'sendNotification'>;
  readonly client: Pick<Client, 'watchesFiles'>;
  readonly log: Log;
  readonly manifests: ReadManifests;
  readonly prepared: Pick<PreparedPods, 'uses'>;
  readonly parse: ParseImage;
  /** What features know beside the documents, as it is now. */
  readonly context: () => FeatureContext;
}

/** The view of all images: nothing is done for it before a client asks, and after each answer it is told once when that is old. */
export class ImagesViewFeed {
  readonly #parts: ImagesViewParts;
  readonly #images: WorkspaceImages;
  readonly #closing = new AbortController();
  #watching: Promise<boolean> | undefined;
  /** Whether the client has an answer that it believes. */
  #told = false;
  #soon: NodeJS.Timeout | undefined;
  #later: NodeJS.Timeout | undefined;

  constructor(parts: ImagesViewParts) {
    this.#parts = parts;
    this.#images = new WorkspaceImages(parts.manifests);
  }

  /** @throws LarderError E_CANCELLED when it is closed meanwhile */
  async answer({ reread = false }: ImagesViewParams): Promise<ImagesView> {
    const { prepared, context, parse } = this.#parts;
    // What changes from here on is told.
    this.#told = true;
    this.#watching ??= this.#watch();
    if (!(await this.#watching) || reread) this.#images.forget();
    const [named, uses] = await Promise.all([this.#images.all(this.#closing.signal), prepared.uses()]);
    const known = context();
    const { view, changesAt } = imagesView(named, uses, known, parse);
    this.#schedule(changesAt, known.now);
    return view;
  }

  /** The store, the settings or an open document has changed. */
  changed(): void {
    if (!this.#told) return;
    this.#soon ??= setTimeout(() => this.#tell(), SETTLE).unref();
  }

  /** Files were made, changed or deleted. */
  async filesChanged(uris: readonly string[]): Promise<void> {
    if (await this.#images.changed(uris)) this.changed();
  }

  close(): void {
    this.#told = false;
    this.#closing.abort();
    clearTimeout(this.#soon);
    clearTimeout(this.#later);
  }

  #tell(): void {
    this.#soon = undefined;
    if (!this.#told) return;
    this.#told = false;
    clearTimeout(this.#later);
    void this.#parts.connection.sendNotification(ImagesViewNotification);
  }

  #schedule(changesAt: number | null, now: number): void {
    clearTimeout(this.#later);
    if (changesAt === null || this.#closing.signal.aborted) return;
    const delay = Math.min(Math.max(changesAt - now, MIN_INTERVAL), MAX_DELAY);
    this.#later = setTimeout(() => this.#tell(), delay).unref();
  }

  /** Has the client tell which files change; whether it will. Where it does not, each answer looks through all of them. */
  async #watch(): Promise<boolean> {
    const { connection, client, log } = this.#parts;
    if (!client.watchesFiles) return false;
    try {
      await connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: WATCHED }],
      });
      return true;
    } catch (error) {
      log.warn(`No changes of files: ${describe(error)}`);
      return false;
    }
  }
}
