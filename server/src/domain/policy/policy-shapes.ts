/**
 * The keys of a policy file, as containers-policy.json(5) and containers/image (signature/policy_config.go and
 * policy_config_sigstore.go) have them. The reader, completion and hover all work from these tables.
 */

/** What a value must be. */
export type ValueKind =
  /** A text that is not empty. */
  | 'text'
  /** A list of such texts, itself not empty. */
  | 'texts'
  /** Base64 of at least one byte. */
  | 'bytes'
  /** A list of such, not empty. */
  | 'bytesList'
  | 'requirements'
  | 'transports'
  /** The name of a shape: judged before the other keys, which depend on it. */
  | 'type'
  | 'keyType'
  | 'identity'
  | 'fulcio'
  | 'pki'
  /** A docker reference with a tag or a digest. */
  | 'reference'
  /** A docker reference. */
  | 'repository'
  /** `host[:port]`, alone or before namespaces or a repository. */
  | 'prefix';

export interface PolicyField {
  readonly value: ValueKind;
  readonly required?: true;
  /** One line of Markdown. */
  readonly doc: string;
}

/** How many of some keys there must be. */
export interface Choice {
  readonly of: readonly string[];
  readonly least: 0 | 1;
  readonly most: 1 | 2;
}

export interface PolicyShape {
  /** One line of Markdown. */
  readonly doc: string;
  readonly fields: Readonly<Record<string, PolicyField>>;
  readonly choices?: readonly Choice[];
}

/** The keys of an object: no name of Object.prototype is taken for one. */
export function fieldOf({ fields }: PolicyShape, name: string): PolicyField | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** One of several shapes, by its type. */
export function shapeOf(
  shapes: Readonly<Record<string, PolicyShape>>,
  type: unknown,
): PolicyShape | undefined {
  return typeof type === 'string' && Object.hasOwn(shapes, type) ? shapes[type] : undefined;
}

export const POLICY: PolicyShape = {
  doc: 'Which images may be used, and what they must be signed with.',
  fields: {
    default: {
      value: 'requirements',
      required: true,
      doc: 'Requirements for every image that no scope below is about. All of a list must be met.',
    },
    transports: {
      value: 'transports',
      doc: 'Requirements by transport (`docker`, `oci`, `dir`, …), then by scope. The most specific scope alone decides.',
    },
  },
};

export const TYPE = { value: 'type', required: true, doc: 'Which requirement this is.' } as const;

const SIGNED_IDENTITY: PolicyField = {
  value: 'identity',
  doc: 'Which name the signature must give to the image. Without it: `matchRepoDigestOrExact`.',
};

/** The requirements by their type. */
export const REQUIREMENTS: Readonly<Record<string, PolicyShape>> = {
  insecureAcceptAnything: {
    doc: 'Accepts every image, signed or not. Other requirements of the same list still apply.',
    fields: { type: TYPE },
  },
  reject: { doc: 'Accepts no image.', fields: { type: TYPE } },
  signedBy: {
    doc: 'The image needs a “simple signing” signature by one of these OpenPGP keys.',
    fields: {
      type: TYPE,
      keyType: {
        value: 'keyType',
        required: true,
        doc: 'What kind of keys these are. Only `GPGKeys` can be checked, here and by other tools.',
      },
      keyPath: {
        value: 'text',
        doc: 'A file with one or more OpenPGP public keys, as an absolute path on the machine that fetches.',
      },
      keyPaths: {
        value: 'texts',
        doc: 'Several files with OpenPGP public keys; a signature by any one of the keys is enough.',
      },
      keyData: { value: 'bytes', doc: 'The OpenPGP public keys themselves, in base64.' },
      signedIdentity: SIGNED_IDENTITY,
    },
    choices: [{ of: ['keyPath', 'keyPaths', 'keyData'], least: 1, most: 1 }],
  },
  sigstoreSigned: {
    doc: 'The image needs a sigstore (cosign) signature. Larder cannot check these, so it accepts no image with it.',
    fields: {
      type: TYPE,
      keyPath: {
        value: 'text',
        doc: 'A file with a sigstore public key, as an absolute path on the machine that fetches.',
      },
      keyPaths: { value: 'texts', doc: 'Several files with a sigstore public key each; any one is enough.' },
      keyData: { value: 'bytes', doc: 'The sigstore public key itself, in base64.' },
      keyDatas: { value: 'bytesList', doc: 'Several sigstore public keys in base64; any one is enough.' },
      fulcio: {
        value: 'fulcio',
        doc: 'Which certificates of a Fulcio server are accepted in place of a key.',
      },
      pki: { value: 'pki', doc: 'Which certificates of your own authority are accepted in place of a key.' },
      rekorPublicKeyPath: {
        value: 'text',
        doc: 'A file with the public key of the Rekor log that must have recorded the signature.',
      },
      rekorPublicKeyPaths: {
        value: 'texts',
        doc: 'Several files with the public key of a Rekor log each; one must have recorded the signature.',
      },
      rekorPublicKeyData: {
        value: 'bytes',
        doc: 'The public key of the Rekor log that must have recorded the signature, in base64.',
      },
      rekorPublicKeyDatas: {
        value: 'bytesList',
        doc: 'Public keys of Rekor logs in base64; one must have recorded the signature.',
      },
      signedIdentity: SIGNED_IDENTITY,
    },
    choices: [
      { of: ['keyPath', 'keyPaths', 'keyData', 'keyDatas', 'fulcio', 'pki'], least: 1, most: 1 },
      {
        of: ['rekorPublicKeyPath', 'rekorPublicKeyPaths', 'rekorPublicKeyData', 'rekorPublicKeyDatas'],
        least: 0,
        most: 1,
      },
    ],
  },
  signedBaseLayer: {
    doc: 'Meant for images on a signed base image; no tool checks it, so it accepts no image.',
    fields: {
      type: TYPE,
      baseLayerIdentity: {
        value: 'identity',
        required: true,
        doc: 'Which name the signature must give to the base image.',
      },
    },
  },
};

/** `fulcio` of a `sigstoreSigned` requirement. */
export const FULCIO: PolicyShape = {
  doc: 'Certificates of a Fulcio server.',
  fields: {
    caPath: { value: 'text', doc: 'A PEM file with the certificates of the authority.' },
    caData: { value: 'bytes', doc: 'The PEM certificates of the authority, in base64.' },
    oidcIssuer: {
      value: 'text',
      required: true,
      doc: 'The OpenID issuer that must have authenticated the signer.',
    },
    subjectEmail: { value: 'text', required: true, doc: 'The e-mail address of the signer.' },
  },
  choices: [{ of: ['caPath', 'caData'], least: 1, most: 1 }],
};

/** `pki` of a `sigstoreSigned` requirement. */
export const PKI: PolicyShape = {
  doc: 'Certificates of an authority of your own.',
  fields: {
    caRootsPath: { value: 'text', doc: 'A PEM file with the root certificates.' },
    caRootsData: { value: 'bytes', doc: 'The PEM root certificates, in base64.' },
    caIntermediatesPath: { value: 'text', doc: 'A PEM file with intermediate certificates.' },
    caIntermediatesData: { value: 'bytes', doc: 'The PEM intermediate certificates, in base64.' },
    subjectEmail: { value: 'text', doc: 'The e-mail address that the certificate must be for.' },
    subjectHostname: { value: 'text', doc: 'The host name that the certificate must be for.' },
  },
  choices: [
    { of: ['caRootsPath', 'caRootsData'], least: 1, most: 1 },
    { of: ['caIntermediatesPath', 'caIntermediatesData'], least: 0, most: 1 },
    { of: ['subjectEmail', 'subjectHostname'], least: 1, most: 2 },
  ],
};

export const IDENTITY_TYPE = { value: 'type', required: true, doc: 'How the names are compared.' } as const;

/** The values of `signedIdentity` by their type. */
export const IDENTITIES: Readonly<Record<string, PolicyShape>> = {
  matchExact: {
    doc: 'The signature must give exactly the name that is asked for. An image asked for by digest never fits.',
    fields: { type: IDENTITY_TYPE },
  },
  matchRepoDigestOrExact: {
    doc: 'An image asked for by tag needs exactly that name; one asked for by digest, the same repository.',
    fields: { type: IDENTITY_TYPE },
  },
  matchRepository: {
    doc: 'The same repository is enough, whatever the tag. Signatures of cosign need this one.',
    fields: { type: IDENTITY_TYPE },
  },
  exactReference: {
    doc: 'The signature must give this one name, whatever is asked for: for mirrors of a signed image.',
    fields: {
      type: IDENTITY_TYPE,
      dockerReference: {
        value: 'reference',
        required: true,
        doc: 'The name, with a tag or a digest: `docker.io/library/busybox:1.36`.',
      },
    },
  },
  exactRepository: {
    doc: 'The signature must give this repository, with any tag, whatever is asked for.',
    fields: {
      type: IDENTITY_TYPE,
      dockerRepository: {
        value: 'repository',
        required: true,
        doc: 'The repository: `docker.io/library/busybox`.',
      },
    },
  },
  remapIdentity: {
    doc: 'One prefix of the name is replaced by another before it is compared as `matchRepoDigestOrExact` does.',
    fields: {
      type: IDENTITY_TYPE,
      prefix: {
        value: 'prefix',
        required: true,
        doc: 'A host, namespace or repository where images are fetched from: `mirror.example.com/hub`.',
      },
      signedPrefix: {
        value: 'prefix',
        required: true,
        doc: 'What stands in its place in signatures: `docker.io/library`.',
      },
    },
  },
};

/** What `keyType` may be (sbKeyType of containers/image). */
export const KEY_TYPES: Readonly<Record<string, string>> = {
  GPGKeys: 'OpenPGP keys.',
  signedByGPGKeys: 'Keys that are signed by OpenPGP keys. No tool checks these, so no image is accepted.',
  X509Certificates: 'X.509 certificates. No tool checks these, so no image is accepted.',
  signedByX509CAs:
    'Keys that are signed by X.509 authorities. No tool checks these, so no image is accepted.',
};
