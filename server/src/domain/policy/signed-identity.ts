import { LarderError } from '../errors.ts';
import { DOCKER_HUB, parseReference } from '../reference.ts';
import type { DockerReference } from '../reference.ts';
import type { SignedIdentity } from './policy.ts';
import { policyRepository } from './policy-scope.ts';

/** A reference as containers/image compares it: Docker Hub is `docker.io` there, whatever host answers for it. */
interface Named {
  /** `docker.io/library/nginx`. */
  readonly name: string;
  /** `:TAG`, `@DIGEST`, both or nothing. */
  readonly version: string;
}

const HUB = 'docker.io';

/**
 * Whether the name that a signature gives to an image is one that the policy takes for the image that was asked for
 * (containers-policy.json(5), "signedIdentity"). No tag is added anywhere: a name without tag and digest is no exact one.
 * @param image what was asked for; with a tag or digest, unless only the repository counts
 * @param claimed `docker-reference` of the signature
 */
export function satisfies(identity: SignedIdentity, image: DockerReference, claimed: string): boolean {
  const signed = parseNamed(claimed);
  if (signed === undefined) return false;
  const asked = namedOf(image);
  switch (identity.type) {
    case 'matchExact':
      return isSame(asked, signed);
    case 'matchRepoDigestOrExact':
      return isSameOrOfDigest(asked, signed);
    case 'matchRepository':
      return asked.name === signed.name;
    case 'exactReference': {
      const exact = parseNamed(identity.dockerReference);
      return exact !== undefined && isSame(exact, signed);
    }
    case 'exactRepository':
      return parseNamed(identity.dockerRepository)?.name === signed.name;
    case 'remapIdentity': {
      const remapped = remap(asked, identity.prefix, identity.signedPrefix);
      return remapped !== undefined && isSameOrOfDigest(remapped, signed);
    }
  }
}

function isSame(a: Named, b: Named): boolean {
  return a.version !== '' && a.name === b.name && a.version === b.version;
}

/**
 * What was asked for by digest alone may be signed under any tag: that the signature is about this digest is checked elsewhere,
 * and no tag could say anything else.
 */
function isSameOrOfDigest(asked: Named, signed: Named): boolean {
  if (!asked.version.startsWith('@')) return isSame(asked, signed);
  return signed.version !== '' && asked.name === signed.name;
}

/** @returns undefined when what comes out is no name that is written in full */
function remap(asked: Named, prefix: string, signedPrefix: string): Named | undefined {
  if (asked.name !== prefix && !asked.name.startsWith(`${prefix}/`)) return asked;
  const name = signedPrefix + asked.name.slice(prefix.length);
  return parseNamed(name)?.name === name ? { ...asked, name } : undefined;
}

function namedOf(reference: DockerReference): Named {
  const { tag, digest } = reference;
  const version = (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`);
  return { name: policyRepository(reference), version };
}

/** @returns undefined for a text that is no reference */
function parseNamed(text: string): Named | undefined {
  const reference = parseOrRefuse(text);
  if (reference === undefined) return undefined;
  const { name, version } = namedOf(reference);
  // Whoever signs for the bare host of Docker Hub has not signed for docker.io: the two names are the same for Larder alone.
  return text.startsWith(`${DOCKER_HUB}/`)
    ? { name: DOCKER_HUB + name.slice(HUB.length), version }
    : { name, version };
}

function parseOrRefuse(text: string): DockerReference | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    // A signer may claim any text, and one that is no reference is no name of the image.
    if (error instanceof LarderError) return undefined;
    throw error;
  }
}
