import * as fs from 'node:fs/promises';
import type { Connection } from 'vscode-languageserver';
import { toLarderError } from '../domain/errors.ts';
import type { Unmapped } from '../domain/pod/kubernetes.ts';
import { imagesOfPod } from '../domain/pod/prepared-pod.ts';
import type { PreparedPod } from '../domain/pod/prepared-pod.ts';
import type { Log } from '../engine/host.ts';
import { PodReader } from '../engine/prepare/pod-reader.ts';
import type { ManifestProblem } from '../manifest/manifest.ts';
import type { Client } from './client.ts';
import { describe } from './run-safe.ts';

/** What came of preparing a pod: the document that shows it, and what of its manifest has no counterpart in appc. */
export class PreparedPods {
  readonly #connection: Connection;
  readonly #client: Client;
  readonly #log: Log;
  readonly #root: () => string;
  readonly #onChange: () => void;
  readonly #remarks = new Map<
    string,
    { readonly text: string; readonly problems: readonly ManifestProblem[] }
  >();

  /**
   * @param root the store's directory, as it is now
   * @param onChange told when there is something else to say about a manifest
   */
  constructor(connection: Connection, client: Client, log: Log, root: () => string, onChange: () => void) {
    this.#connection = connection;
    this.#client = client;
    this.#log = log;
    this.#root = root;
    this.#onChange = onChange;
  }

  /** Keeps what a manifest says in vain, for as long as its text is the one that was prepared. */
  remember(uri: string, text: string, unmapped: readonly Unmapped[]): void {
    const problems = unmapped.map(({ span, path, why }): ManifestProblem => ({
      rule: 'not-mapped',
      span,
      message: `The prepared pod is without ${path}, because ${why}.`,
    }));
    this.#remarks.set(uri, { text, problems });
    this.#onChange();
  }

  /** What was left out when this text of a document was prepared; nothing of any other text. */
  remarks(uri: string, text: string): readonly ManifestProblem[] {
    const known = this.#remarks.get(uri);
    return known?.text === text ? known.problems : [];
  }

  forget(uri: string): void {
    this.#remarks.delete(uri);
  }

  /** How many prepared pods use each image, by its full ID. Of a store that cannot be read, none is known to. */
  async uses(): Promise<ReadonlyMap<string, number>> {
    const uses = new Map<string, number>();
    try {
      const pods = await new PodReader({ fs }, this.#root()).list();
      for (const id of pods.flatMap(imagesOfPod)) uses.set(id, (uses.get(id) ?? 0) + 1);
    } catch (error) {
      // It is only told: whoever removes an image looks for himself.
      this.#log.debug(`Which images prepared pods use is not known: ${describe(error)}`);
    }
    return uses;
  }

  /** Has the client show the document of a pod; whether it did. */
  async open(uri: string): Promise<boolean> {
    if (!this.#client.showsContent) return false;
    try {
      return (await this.#connection.window.showDocument({ uri, takeFocus: true })).success;
    } catch (error) {
      // The pod is prepared all the same, and the caller says where.
      this.#log.warn(`The editor did not show ${uri}: ${describe(error)}`);
      return false;
    }
  }

  /** The text of such a document: the reified PodManifest, under what else is known of the pod; or why there is none. */
  async content(uri: string): Promise<string> {
    const uuid = /^[^:]+:\/*([^/]+)/.exec(uri)?.[1] ?? '';
    try {
      const reader = new PodReader({ fs }, this.#root());
      const manifest = await reader.manifest(uuid);
      return `${head(uuid, reader.path(uuid), await reader.find(uuid))}\n${manifest}`;
    } catch (error) {
      // A document has no other way to say it.
      return `// ${oneLine(toLarderError(error, 'reading a prepared pod').message)}\n`;
    }
  }
}

function head(uuid: string, path: string, pod: PreparedPod | undefined): string {
  const facts = [
    `Prepared pod ${uuid}`,
    `in ${path}`,
    ...(pod === undefined
      ? []
      : [
          `from ${pod.source}, ${new Date(pod.createdAt).toISOString()}`,
          ...pod.apps.map(({ name, tree }) => `tree of ${name}: ${tree.slice(0, 'sha512-'.length + 12)}`),
          ...pod.notes,
        ]),
  ];
  // One line each, whatever a manifest has in its names.
  return facts.map((fact) => `// ${oneLine(fact)}`).join('\n');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
