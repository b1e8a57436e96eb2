import { DidChangeConfigurationNotification } from 'vscode-languageserver';
import type { Connection } from 'vscode-languageserver';
import type { Log } from '../engine/host.ts';
import { isRecord } from '../settings/setting.ts';
import { parseSettings } from '../settings/settings.ts';
import type { Settings } from '../settings/settings.ts';
import type { Client } from './client.ts';
import { describe } from './run-safe.ts';

const SECTION = 'larder';

/** The settings of the client: pulled from those that answer `workspace/configuration`, taken as pushed from others. */
export class Configuration {
  readonly #connection: Connection;
  readonly #client: Client;
  readonly #log: Log;
  #settings = parseSettings(undefined);

  constructor(connection: Connection, client: Client, log: Log) {
    this.#connection = connection;
    this.#client = client;
    this.#log = log;
  }

  /** As last read; the defaults until then. */
  get settings(): Settings {
    return this.#settings;
  }

  /** Asks to be told of changes, and reads the settings for the first time. */
  async start(): Promise<void> {
    if (this.#client.registersConfigurationChanges) {
      const register = this.#connection.client.register(DidChangeConfigurationNotification.type, {
        section: SECTION,
      });
      register.catch((error: unknown) => this.#log.warn(`No settings changes: ${describe(error)}`));
    }
    await this.changed(undefined);
  }

  /** @param pushed `settings` of a `workspace/didChangeConfiguration` */
  async changed(pushed: unknown): Promise<void> {
    if (this.#client.answersConfiguration) {
      try {
        this.#settings = parseSettings(await this.#connection.workspace.getConfiguration(SECTION));
      } catch (error) {
        this.#log.warn(`The client did not tell its settings: ${describe(error)}`);
      }
    } else if (isRecord(pushed)) {
      this.#settings = parseSettings(pushed[SECTION]);
    }
  }
}
