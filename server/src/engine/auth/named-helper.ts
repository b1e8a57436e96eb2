import type { Repository } from '../registry/endpoint.ts';
import type { CredentialSource, FoundCredential } from './credential.ts';
import type { HelperAnswers } from './helper-answers.ts';
import { containersAddress } from './registry-keys.ts';

/** A credential helper that registries.conf names, to be asked about any registry (containers-registries.conf(5)). */
export class NamedHelper implements CredentialSource {
  readonly #helper: string;
  readonly #namedBy: string;
  readonly #answers: HelperAnswers;

  /**
   * @param helper without `docker-credential-`
   * @param namedBy the path of the file that names it, for messages
   */
  constructor(helper: string, namedBy: string, answers: HelperAnswers) {
    this.#helper = helper;
    this.#namedBy = namedBy;
    this.#answers = answers;
  }

  find({ registry }: Repository, signal: AbortSignal | undefined): Promise<FoundCredential | undefined> {
    const [helper, namedBy] = [this.#helper, this.#namedBy];
    return this.#answers.find({ registry, helper, server: containersAddress(registry), namedBy }, signal);
  }
}
