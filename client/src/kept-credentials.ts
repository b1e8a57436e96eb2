import type { Disposable, SecretStorage } from 'vscode';
import type { CredentialsParams, RegistryCredentials } from '../../server/src/protocol.ts';

type Registries = CredentialsParams['registries'];

/** The one entry of the secret storage: all credentials, by the host of their registry. */
const KEY = 'larder.registries';

/**
 * The credentials that people have typed into this editor, in its secret storage, which all its windows share. Those that came from
 * docker's or containers' files are none of them.
 */
export class KeptCredentials implements Disposable {
  readonly #secrets: SecretStorage;
  readonly #onChange: (registries: Registries) => void;
  readonly #watch: Disposable;

  /** @param onChange told all there are, whenever one is added, removed or changed, here or in another window */
  constructor(secrets: SecretStorage, onChange: (registries: Registries) => void) {
    this.#secrets = secrets;
    this.#onChange = onChange;
    this.#watch = secrets.onDidChange(({ key }) => {
      if (key === KEY) void this.all().then(onChange);
    });
  }

  async all(): Promise<Registries> {
    const text = await this.#secrets.get(KEY);
    // Nobody else writes it.
    return text === undefined ? {} : (JSON.parse(text) as Registries);
  }

  async keep(registry: string, credentials: RegistryCredentials): Promise<void> {
    await this.#write({ ...(await this.all()), [registry]: credentials });
  }

  async forget(registry: string): Promise<void> {
    const { [registry]: _, ...others } = await this.all();
    await this.#write(others);
  }

  dispose(): void {
    this.#watch.dispose();
  }

  /** Whoever asked to change them goes on with the change in force, and not some time after it. */
  async #write(registries: Registries): Promise<void> {
    if (Object.keys(registries).length === 0) await this.#secrets.delete(KEY);
    else await this.#secrets.store(KEY, JSON.stringify(registries));
    this.#onChange(registries);
  }
}
