import { LarderError } from './errors.ts';
import { quote } from './quote.ts';

/**
 * Docker references, by the grammar of github.com/distribution/reference (`ParseNormalizedNamed`), which docker, containerd
 * and Kubernetes share:
 *
 *     reference      := name [ ":" tag ] [ "@" digest ]
 *     name           := [ domain "/" ] path-component { "/" path-component }
 *
 * No expression here can backtrack more than linearly: the text is cut at its delimiters first.
 */
export interface DockerReference {
  /** Host with an optional port; Docker Hub is `registry-1.docker.io`. */
  readonly registry: string;
  /** `library/nginx`. */
  readonly repository: string;
  /** As written; undefined when there is none. */
  readonly tag: string | undefined;
  /** `sha256:…`; undefined when there is none. */
  readonly digest: string | undefined;
}

/** The host that answers the registry API for Docker Hub, whose name in references is `docker.io`. */
export const DOCKER_HUB = 'registry-1.docker.io';

const HUB_NAMES: readonly string[] = ['docker.io', 'index.docker.io'];
const OFFICIAL = 'library/';
const REPOSITORY_LIMIT = 255;

/** domain-component: letters, digits and inner hyphens. */
const DOMAIN_COMPONENT = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
/** An IPv6 address (RFC 5952) without zone, and an optional port. */
const IPV6_HOST = /^\[[a-fA-F0-9:]+\](?::[0-9]+)?$/;
/** path-component: lower case, with separators `.`, `_`, `__` or any number of `-` inside. */
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
/** identifier: refused as a name because it would be taken for an image ID. */
const IDENTIFIER = /^[a-f0-9]{64}$/;

/** Registered digest algorithms (OCI image-spec, descriptor.md; go-digest) and the number of hex digits of each. */
const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * Reads a docker reference as docker does, e.g. `nginx`, `quay.io/a/b:1` or `[::1]:5000/a@sha256:…`.
 * @throws LarderError E_REF that says which part is wrong and what is allowed there
 */
export function parseReference(text: string): DockerReference {
  const refuse = (why: string): LarderError =>
    new LarderError('E_REF', `${quote(text)} is not an image reference: ${why}.`);

  if (text === '') throw refuse('it is empty');
  if (/\s/.test(text)) throw refuse('it contains white space');
  if (/^\w+:\/\//.test(text))
    throw refuse(`write it without ${quote(text.slice(0, text.indexOf('//') + 2))}`);
  if (IDENTIFIER.test(text)) {
    throw refuse('64 hex digits would be taken for an image ID, so a repository cannot be named so');
  }
  const { domain, remainder } = splitDomain(text);
  const [tagged, digest] = cut(remainder, '@');
  const [repository, tag] = cut(tagged, ':');
  const wrong = wrongDomain(domain) ?? wrongRepository(repository) ?? wrongTag(tag) ?? wrongDigest(digest);
  if (wrong !== undefined) throw refuse(wrong);
  return { registry: domain === 'docker.io' ? DOCKER_HUB : domain, repository, tag, digest };
}

/**
 * One spelling for all references to the same image: `docker://registry-1.docker.io/library/nginx:latest`. The default
 * tag stands where there is neither tag nor digest, and a tag beside a digest is left out (distribution/reference,
 * `ParseDockerRef`): the digest alone decides.
 */
export function canonicalReference({ registry, repository, tag, digest }: DockerReference): string {
  const version = digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`;
  return `docker://${registry}/${repository}${version}`;
}

/** The shortest spelling that means the same reference, as docker prints it: `nginx:1.27`. */
export function familiarName({ registry, repository, tag, digest }: DockerReference): string {
  const version = (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`);
  return familiarRepository(registry, repository) + version;
}

function familiarRepository(registry: string, repository: string): string {
  const full = `${registry}/${repository}`;
  // The bare host of Docker Hub knows no `library/` rule, so `registry-1.docker.io/nginx` has no shorter spelling.
  if (registry !== DOCKER_HUB || !repository.includes('/')) return full;
  const official = repository.startsWith(OFFICIAL) ? repository.slice(OFFICIAL.length) : '';
  const short = official !== '' && !official.includes('/') ? official : repository;
  // `docker.io/localhost/a` would be read as the host localhost without its domain.
  const { domain, remainder } = splitDomain(short);
  const same = domain === 'docker.io' && remainder === repository && !IDENTIFIER.test(short);
  return same ? short : `docker.io/${repository}`;
}

/** `splitDockerDomain`: the part before the first slash is a host only if it looks like one; else it is of Docker Hub. */
function splitDomain(text: string): { domain: string; remainder: string } {
  const [first, rest] = cut(text, '/');
  if (rest === undefined) return { domain: 'docker.io', remainder: OFFICIAL + text };
  if (HUB_NAMES.includes(first)) {
    return { domain: 'docker.io', remainder: rest.includes('/') ? rest : OFFICIAL + rest };
  }
  const isHost = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
  return isHost ? { domain: first, remainder: rest } : { domain: 'docker.io', remainder: text };
}

/** Whether a text is a host with an optional port, as a reference may have it before its first slash. */
export function isRegistryHost(text: string): boolean {
  return wrongDomain(text) === undefined;
}

function wrongDomain(domain: string): string | undefined {
  if (domain.startsWith('[')) {
    return IPV6_HOST.test(domain)
      ? undefined
      : `${quote(domain)} is not an IPv6 address in brackets with an optional port`;
  }
  const [host, port] = cut(domain, ':');
  if (port !== undefined && !/^[0-9]+$/.test(port)) return `the port ${quote(port)} is not a number`;
  // distribution/reference reads a host with an underscore as a repository without any registry, which nobody can pull.
  if (host.split('.').every((component) => DOMAIN_COMPONENT.test(component))) return undefined;
  return `${quote(host)} is not a host name: between dots, letters, digits and inner hyphens are allowed`;
}

function wrongRepository(repository: string): string | undefined {
  if (repository === '' || repository === OFFICIAL) return 'the repository name is missing';
  if (repository.length > REPOSITORY_LIMIT) {
    return `the repository name has ${repository.length} characters, and at most ${REPOSITORY_LIMIT} are allowed`;
  }
  const wrong = repository.split('/').find((component) => !PATH_COMPONENT.test(component));
  if (wrong === undefined) return undefined;
  if (wrong === '') return 'there is an empty part between slashes';
  if (PATH_COMPONENT.test(wrong.toLowerCase())) {
    return `repository names are lower case, so ${quote(wrong)} must be ${quote(wrong.toLowerCase())}`;
  }
  return (
    `${quote(wrong)} is not allowed in a repository name: each part is made of lower-case letters and digits, ` +
    'joined by ".", "_", "__" or hyphens'
  );
}

function wrongTag(tag: string | undefined): string | undefined {
  if (tag === undefined || TAG.test(tag)) return undefined;
  if (tag === '') return 'the tag after ":" is missing';
  if (/^\w[\w.-]*$/.test(tag)) return `the tag has ${tag.length} characters, and at most 128 are allowed`;
  return `${quote(tag)} is not a tag: letters, digits, "_", "." and "-" are allowed, and the first is no "." or "-"`;
}

function wrongDigest(digest: string | undefined): string | undefined {
  if (digest === undefined) return undefined;
  const [algorithm, hex] = cut(digest, ':');
  const length = Object.hasOwn(DIGEST_LENGTHS, algorithm) ? DIGEST_LENGTHS[algorithm] : undefined;
  if (hex === undefined || length === undefined) {
    return `${quote(digest)} is not a digest: it is sha256, sha384 or sha512, a colon and hex digits`;
  }
  if (!/^[0-9a-f]*$/.test(hex)) return 'the digest is written in lower-case hex digits only';
  if (hex.length === length) return undefined;
  return `a ${algorithm} digest has ${length} hex digits, and this one has ${hex.length}`;
}

/** The text before and after the first delimiter; the second is undefined where there is no delimiter. */
function cut(text: string, delimiter: string): [string, string | undefined] {
  const at = text.indexOf(delimiter);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + delimiter.length)];
}
