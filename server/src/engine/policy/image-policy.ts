import { LarderError } from '../../domain/errors.ts';
import type { SignedBy } from '../../domain/policy/policy.ts';
import { requirementsFor } from '../../domain/policy/policy-scope.ts';
import { quote } from '../../domain/quote.ts';
import type { Signer } from '../../domain/record.ts';
import { familiarName } from '../../domain/reference.ts';
import type { DockerReference } from '../../domain/reference.ts';
import type { Host } from '../host.ts';
import type { HttpClient } from '../http/http-client.ts';
import { digestOf } from '../registry/digest.ts';
import { readLookaside, withoutQuery } from './lookaside.ts';
import { PolicyFile } from './policy-file.ts';
import { exactReference } from './policy-forecast.ts';
import { demandOf, scopeInWords } from './policy-words.ts';
import { lookasideOf } from './registries-d.ts';
import { simpleSignatureIn } from './signature-format.ts';
import { checkSignedBy } from './signed-by.ts';
import type { SignedImage } from './signed-by.ts';

export interface ImagePolicyOptions {
  /** The policy file; '' for the user's, else the system's, if there is any. */
  readonly path: string;
  /** Whether this is the superuser, whose signatures are elsewhere by default. */
  readonly isRoot: boolean;
}

/** An image whose manifest is here, and nothing else yet. */
export interface CheckedImage {
  /** What the user asked for. */
  readonly reference: DockerReference;
  /** The manifest of the platform's image, and not an index, as the registry sent it. */
  readonly manifest: Buffer;
}

/** Which images of registries are accepted, by containers-policy.json(5). */
export class ImagePolicy {
  readonly #host: Host;
  readonly #http: HttpClient;
  readonly #isRoot: boolean;
  readonly #file: PolicyFile;

  /** @param http gets signatures; over plain http only from loopback, unless it allows any */
  constructor(host: Host, http: HttpClient, { path, isRoot }: ImagePolicyOptions) {
    this.#host = host;
    this.#http = http;
    this.#isRoot = isRoot;
    this.#file = new PolicyFile(host, path);
  }

  /**
   * Checks an image against every requirement of the most specific scope. Call it before anything else of the image is read.
   * @returns who signed it and had to; nobody where nothing had to be signed or there is no policy
   * @throws LarderError E_POLICY, E_CONFIG, E_SIGNATURE_…, E_KEY, or what can happen on the way to the signatures
   */
  async check(image: CheckedImage, signal: AbortSignal): Promise<readonly Signer[]> {
    const inForce = await this.#file.read();
    if (inForce === null) return [];
    const reference = exactReference(image.reference);
    const decision = requirementsFor(inForce.policy, reference);
    const rule = `the image policy ${quote(inForce.path)}, whose ${scopeInWords(decision)}`;
    const wanted: { readonly requirement: SignedBy; readonly words: string }[] = [];
    for (const requirement of decision.requirements) {
      const demand = demandOf(requirement);
      if (demand.kind === 'impossible') throw rejected(reference, rule, demand.words);
      if (requirement.type === 'signedBy' && demand.kind === 'signature') {
        wanted.push({ requirement, words: demand.words });
      }
    }
    if (wanted.length === 0) return [];

    const signed = await this.#signaturesOf(reference, digestOf(image.manifest), signal);
    const signers = new Map<string, Signer>();
    for (const { requirement, words } of wanted) {
      const asks = `is not accepted by ${rule} asks for ${words}`;
      for (const signer of await checkSignedBy(this.#host, requirement, signed, asks)) {
        signers.set(signer.fingerprint, signer);
      }
    }
    return [...signers.values()];
  }

  async #signaturesOf(reference: DockerReference, digest: string, signal: AbortSignal): Promise<SignedImage> {
    const base = await lookasideOf(this.#host, reference, this.#isRoot);
    if (base === null) return { reference, digest, signatures: [], from: null };
    const { repository } = reference;
    const files = await readLookaside(this.#host, this.#http, { base, repository, digest, signal });
    const signatures = files.flatMap((file) => simpleSignatureIn(file) ?? []);
    return { reference, digest, signatures, from: withoutQuery(base) };
  }
}

function rejected(reference: DockerReference, rule: string, words: string): LarderError {
  return new LarderError(
    'E_POLICY',
    `${quote(familiarName(reference))} is rejected by ${rule} decides: ${words}; use another image, or ask whoever keeps the policy.`,
  );
}
