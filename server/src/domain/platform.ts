import { LarderError } from './errors.ts';
import type { Platform } from './image.ts';
import { quote } from './quote.ts';

/** Names that uname and Node use for what OCI (image-spec, config.md: GOARCH) names otherwise. */
const ARCHITECTURE_ALIASES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  x64: 'amd64',
  i386: '386',
  ia32: '386',
  aarch64: 'arm64',
};

const PART = /^[a-z0-9][a-z0-9_.-]*$/;

/**
 * Reads `os/arch[/variant]`, e.g. `linux/arm64/v8`, in the names of the OCI image specification.
 * @throws LarderError E_USAGE
 */
export function parsePlatform(text: string): Platform {
  const [os = '', arch = '', variant, ...more] = text.trim().toLowerCase().split('/');
  const parts = variant === undefined ? [os, arch] : [os, arch, variant];
  if (more.length > 0 || !parts.every((part) => PART.test(part))) {
    throw new LarderError(
      'E_USAGE',
      `${quote(text)} is not a platform: write os/arch or os/arch/variant, as in linux/amd64 or linux/arm/v7.`,
    );
  }
  const architecture = ociArchitecture(arch);
  return variant === undefined ? { os, architecture } : { os, architecture, variant };
}

/** `linux/arm64/v8`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/**
 * The platform used where none is asked: Linux on this machine's architecture, since pods run on Linux nodes.
 * @param nodeArchitecture Node's `process.arch`
 */
export function defaultPlatform(nodeArchitecture: string): Platform {
  return { os: 'linux', architecture: ociArchitecture(nodeArchitecture) };
}

function ociArchitecture(name: string): string {
  return Object.hasOwn(ARCHITECTURE_ALIASES, name) ? (ARCHITECTURE_ALIASES[name] ?? name) : name;
}
