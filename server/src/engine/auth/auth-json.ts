import type { Host } from '../host.ts';
import type { Repository } from '../registry/endpoint.ts';
import { authFor, helperFor, parseAuthFile } from './auth-file.ts';
import type { AuthFile } from './auth-file.ts';
import type { CredentialSource, FoundCredential } from './credential.ts';
import type { HelperAnswers } from './helper-answers.ts';
import { ParsedFile } from './parsed-file.ts';
import { containersAddress } from './registry-keys.ts';

/**
 * A file of podman, skopeo and buildah (containers-auth.json(5)): the helper that `credHelpers` names for the registry, else the
 * entry of `auths` for the longest namespace that the repository is in.
 */
export class AuthJson implements CredentialSource {
  readonly #file: ParsedFile<AuthFile>;
  readonly #answers: HelperAnswers;

  constructor(fs: Host['fs'], path: string, answers: HelperAnswers) {
    this.#file = new ParsedFile(fs, path, parseAuthFile);
    this.#answers = answers;
  }

  async find(repository: Repository, signal: AbortSignal | undefined): Promise<FoundCredential | undefined> {
    const file = await this.#file.read();
    if (file === undefined) return undefined;
    const { registry } = repository;
    const helper = helperFor(file, registry) ?? '';
    if (helper !== '') {
      const question = { registry, helper, server: containersAddress(registry), namedBy: file.path };
      return this.#answers.find(question, signal);
    }
    const credential = authFor(file, repository);
    return credential && { credential, origin: file.path };
  }
}
