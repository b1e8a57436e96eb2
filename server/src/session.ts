import * as fs from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  CancellationToken,
  Connection,
  ExecuteCommandParams,
  TextDocuments,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Platform } from './domain/image.ts';
import { defaultPlatform, parsePlatform } from './domain/platform.ts';
import type { Log } from './engine/host.ts';
import type { Environment } from './environment.ts';
import type { FeatureContext } from './features/snapshot.ts';
import { EngineClient } from './jobs/engine-client.ts';
import { Jobs } from './jobs/jobs.ts';
import { Answers } from './lsp/answers.ts';
import { ClientRefresh } from './lsp/client-refresh.ts';
import { ClientManifests } from './lsp/client-manifests.ts';
import type { Client } from './lsp/client.ts';
import { CommandRunner } from './lsp/command-runner.ts';
import { Configuration } from './lsp/configuration.ts';
import { pulledDiagnostics, pushedDiagnostics } from './lsp/diagnostics-feed.ts';
import type { DiagnosticsFeed } from './lsp/diagnostics-feed.ts';
import { parseCredentials } from './lsp/credentials.ts';
import { engineOptions } from './lsp/engine-options.ts';
import { ImagesViewFeed } from './lsp/images-view-feed.ts';
import { parseNetwork } from './lsp/network.ts';
import { PreparedPods } from './lsp/prepared-pods.ts';
import { Refresher } from './lsp/refresher.ts';
import { ShortNamesWatch } from './lsp/short-names.ts';
import { Snapshots } from './lsp/snapshots.ts';
import { StatusReporter } from './lsp/status.ts';
import { storeRoot } from './lsp/store-location.ts';
import { StoreWatch } from './lsp/store-watch.ts';
import { StatusNotification } from './protocol.ts';
import type { CredentialsParams, NetworkSnapshot } from './protocol.ts';

/** What a session is made of. */
export interface SessionParts {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly client: Client;
  readonly environment: Environment;
  readonly log: Log;
}

/** One client with its documents and settings, one store, one engine; and who has to hear when one of them changes. */
export class Session {
  readonly answers: Answers;
  readonly imagesView: ImagesViewFeed;
  readonly #parts: SessionParts;
  readonly #snapshots: Snapshots;
  readonly #configuration: Configuration;
  readonly #store: StoreWatch;
  readonly #shortNames: ShortNamesWatch;
  readonly #jobs: Jobs;
  readonly #prepared: PreparedPods;
  readonly #commands: CommandRunner;
  readonly #diagnostics: DiagnosticsFeed;
  readonly #refresher: Refresher;
  readonly #status: StatusReporter;
  #configured: Promise<void> = Promise.resolve();
  #network: NetworkSnapshot | null;
  #credentials: CredentialsParams['registries'] = {};
  #lastError: string | null = null;

  constructor(parts: SessionParts) {
    const { connection, documents, client, environment, log } = parts;
    this.#parts = parts;
    this.#network = client.network;
    this.#shortNames = new ShortNamesWatch(fs, environment, log, () => this.#shownChanged());
    this.#snapshots = new Snapshots(
      (uri) => documents.get(uri),
      () => this.#shortNames.aliases,
    );
    this.#configuration = new Configuration(connection, client, log);
    this.#store = new StoreWatch(log, () => this.#shownChanged());
    this.#jobs = new Jobs(new EngineClient(environment.engineScript, log), () => this.#jobsChanged());
    const context = (): FeatureContext => ({
      settings: this.#configuration.settings,
      store: this.#store.state,
      platform: this.#platform(),
      now: environment.now(),
      docsBase: environment.docsBase,
      client: client.powers,
      remarks: (uri, text) => this.#prepared.remarks(uri, text),
    });
    this.#prepared = new PreparedPods(
      connection,
      client,
      log,
      () => this.#storeRoot(),
      () => this.#shownChanged(),
    );
    this.answers = new Answers(this.#snapshots, context);
    const snapshots = this.#snapshots;
    const shortNames = this.#shortNames;
    const manifests = new ClientManifests({
      ...{ connection, documents, client, log, snapshots, shortNames, context },
    });
    this.imagesView = new ImagesViewFeed({
      ...{ connection, client, log, manifests, context, prepared: this.#prepared },
      parse: snapshots.parse,
    });
    this.#commands = new CommandRunner(connection, log, {
      surroundings: () => ({
        jobs: this.#jobs,
        platform: this.#platform(),
        shortNames: this.#shortNames.aliases,
        offersTrust: client.powers.offersTrust === true,
        offersSignIn: client.powers.offersSignIn === true,
        manifests,
        prepared: this.#prepared,
        config: {
          storeRoot: this.#storeRoot(),
          network: this.#network,
          ...engineOptions(this.#configuration.settings),
          credentials: this.#credentials,
        },
      }),
      onResult: async (error) => {
        // Who asks after the answer is told what the command has done.
        await this.#store.check();
        this.imagesView.changed();
        this.#lastError = error;
        this.#reportStatus();
      },
    });
    const ask = new ClientRefresh(connection, client, log);
    this.#diagnostics = client.pullsDiagnostics
      ? pulledDiagnostics(ask)
      : pushedDiagnostics(connection, log, {
          compute: (uri) => this.answers.diagnostics(uri),
          open: () => documents.keys(),
        });
    this.#refresher = new Refresher({
      refresh: () => {
        this.#diagnostics.refresh();
        ask.inlayHints();
        ask.codeLenses();
      },
      nextChange: () => this.answers.changeAt(documents.keys()),
      now: () => environment.now(),
    });
    this.#status = new StatusReporter(
      (status) => void connection.sendNotification(StatusNotification, status),
    );
  }

  /**
   * Resolves when the settings and the store have been read once, so that the first answers are right. A client or a disk that
   * takes longer than `patience` milliseconds is not waited for; then they are put right later.
   */
  async start(patience: number): Promise<void> {
    const settings = this.#configuration.start();
    this.#configured = settings.then(() => this.#shortNames.use(this.#configuration.settings));
    const store = settings.then(() => this.#store.use(() => this.#storeRoot()));
    const read = Promise.all([this.#configured, store]);
    const inTime = await Promise.race([read.then(() => true), delay(patience, false, { ref: false })]);
    if (inTime) this.#reportStatus();
    else void read.then(() => this.#shownChanged());
  }

  /** Cancels what runs; resolves when the engine has let go of the store. */
  async close(): Promise<void> {
    this.#refresher.dispose();
    this.imagesView.close();
    this.#store.close();
    await this.#jobs.close();
  }

  /** A document was opened or edited. */
  documentChanged(uri: string): void {
    // Not on the way to an answer: what has changed is shown by a refresh.
    void this.#shortNames.check();
    this.#diagnostics.changed(uri);
    this.#refresher.reschedule();
    this.imagesView.changed();
  }

  documentClosed(uri: string): void {
    this.#snapshots.forget(uri);
    this.#prepared.forget(uri);
    this.#diagnostics.closed(uri);
    this.#refresher.reschedule();
    this.imagesView.changed();
  }

  /** @param settings as the client pushed them, if it does */
  async configurationChanged(settings: unknown): Promise<void> {
    await this.#configuration.changed(settings);
    await this.#shortNames.use(this.#configuration.settings);
    await this.#store.use(() => this.#storeRoot());
    this.#shownChanged();
  }

  /** @param network VS Code's settings, from outside */
  networkChanged(network: unknown): void {
    this.#network = parseNetwork(network);
  }

  /** @param params what the client keeps, from outside */
  credentialsChanged(params: unknown): void {
    this.#credentials = parseCredentials(params);
  }

  /** Waits for the settings, however long the client takes: they say which store to write to, and what names mean. */
  async execute(params: ExecuteCommandParams, token: CancellationToken): Promise<unknown> {
    await this.#configured;
    return this.#commands.run(params, token);
  }

  /** The text of a document that the server provides. */
  content(uri: string): Promise<string> {
    return this.#prepared.content(uri);
  }

  #storeRoot(): string {
    return storeRoot(this.#configuration.settings.storePath, this.#parts.environment);
  }

  #platform(): Platform {
    const { platform } = this.#configuration.settings;
    return platform === '' ? defaultPlatform(this.#parts.environment.arch) : parsePlatform(platform);
  }

  /** The store or the settings: everything that is shown may read otherwise now. */
  #shownChanged(): void {
    this.#refresher.request();
    this.imagesView.changed();
    this.#reportStatus();
  }

  #jobsChanged(): void {
    this.#reportStatus();
    // What a job has written is shown at once, without waiting for the file system to tell.
    void this.#store.check();
  }

  #reportStatus(): void {
    const state = this.#store.state;
    this.#status.report({
      storePath: this.#store.path ?? '',
      imageCount: state.kind === 'ready' ? state.view.imageCount : null,
      busy: this.#jobs.busy,
      limits: this.#jobs.limits,
      lastError: this.#lastError ?? this.#shortNames.failure ?? (state.kind === 'unknown' ? state.why : null),
    });
  }
}
