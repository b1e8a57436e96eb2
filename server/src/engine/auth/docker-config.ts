import type { Host } from '../host.ts';
import type { Repository } from '../registry/endpoint.ts';
import { authFor, helperFor, parseAuthFile } from './auth-file.ts';
import type { AuthFile } from './auth-file.ts';
import type { CredentialSource, FoundCredential } from './credential.ts';
import type { HelperAnswers } from './helper-answers.ts';
import { ParsedFile } from './parsed-file.ts';
import { serverAddress } from './registry-keys.ts';

/**
 * Docker's `config.json`. As for docker: the helper that `credHelpers` names for the registry, else the one in `credsStore`, else
 * what stands in `auths`; what a helper does not have is not looked for in `auths`.
 */
export class DockerConfig implements CredentialSource {
  readonly #file: ParsedFile<AuthFile>;
  readonly #answers: HelperAnswers;

  /** @param path of `config.json` */
  constructor(fs: Host['fs'], path: string, answers: HelperAnswers) {
    this.#file = new ParsedFile(fs, path, parseAuthFile);
    this.#answers = answers;
  }

  async find(repository: Repository, signal: AbortSignal | undefined): Promise<FoundCredential | undefined> {
    const file = await this.#file.read();
    if (file === undefined) return undefined;
    const { registry } = repository;
    const helper = dockerHelper(file, registry);
    if (helper !== undefined) {
      const question = { registry, helper, server: serverAddress(registry), namedBy: file.path };
      return this.#answers.find(question, signal);
    }
    const credential = authFor(file, repository);
    return credential && { credential, origin: file.path };
  }
}

/** The helper that has a registry's credentials; undefined when `auths` has them. */
export function dockerHelper(file: AuthFile, registry: string): string | undefined {
  const helper = helperFor(file, registry) ?? file.credsStore;
  return helper === '' ? undefined : helper;
}
