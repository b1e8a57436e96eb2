import type { Platform } from './image.ts';

/** Every `os` label that appc knows, with its `arch` labels (appc/spec 0.8.11, schema/types `ValidOSArch`). */
export const APPC_PLATFORMS: Readonly<Record<string, readonly string[]>> = {
  linux: [
    'amd64',
    'i386',
    'aarch64',
    'aarch64_be',
    'armv6l',
    'armv7l',
    'armv7b',
    'ppc64',
    'ppc64le',
    's390x',
  ],
  freebsd: ['amd64', 'i386', 'arm'],
  darwin: ['x86_64', 'i386'],
};

/** appc's names for OCI's: `schema/types` `ToAppcOSArch`, with OCI's default of v7 for arm without a variant. */
const ARCH_OF: Readonly<Record<string, string>> = {
  'linux/amd64': 'amd64',
  'linux/386': 'i386',
  'linux/arm64': 'aarch64',
  'linux/arm64/v8': 'aarch64',
  'linux/arm': 'armv7l',
  'linux/arm/v6': 'armv6l',
  'linux/arm/v7': 'armv7l',
  'linux/ppc64': 'ppc64',
  'linux/ppc64le': 'ppc64le',
  'linux/s390x': 's390x',
  'freebsd/amd64': 'amd64',
  'freebsd/386': 'i386',
  'freebsd/arm': 'arm',
  'darwin/amd64': 'x86_64',
  'darwin/386': 'i386',
};

/**
 * The `os` and `arch` labels of an OCI platform. A variant that appc has no name for is left out.
 * @returns undefined when appc has no name for the platform, e.g. linux/riscv64
 */
export function appcPlatform({
  os,
  architecture,
  variant,
}: Platform): { os: string; arch: string } | undefined {
  const arch = ARCH_OF[`${os}/${architecture}/${variant ?? ''}`] ?? ARCH_OF[`${os}/${architecture}`];
  return arch === undefined ? undefined : { os, arch };
}
