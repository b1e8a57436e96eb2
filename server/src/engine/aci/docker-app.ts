import { posix } from 'node:path';
import type { DockerConfig } from './docker-config.ts';
import { userAndGroup } from './user-group.ts';

/** A port of an appc app (appc/spec, aci.md, `ports`). */
export interface AppPort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly count: number;
  readonly socketActivated: false;
}

/** An appc app (appc/spec, aci.md, `app`). */
export interface AciApp {
  readonly exec: readonly string[];
  readonly user: string;
  readonly group: string;
  readonly workingDirectory: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly mountPoints: readonly { readonly name: string; readonly path: string }[];
  readonly ports: readonly AppPort[];
  readonly userLabels: Readonly<Record<string, string>>;
}

/**
 * Maps what an image's configuration says about running it.
 * @param passwd text of the image's /etc/passwd
 * @param unmapped is told what appc has no place for
 */
export function appOf(
  config: DockerConfig,
  passwd: string | undefined,
  unmapped: (what: string) => void,
): AciApp {
  return {
    exec: [...config.entrypoint, ...config.command],
    ...userAndGroup(config.user, passwd),
    // Docker takes a relative one from the root; appc wants it absolute.
    workingDirectory: posix.resolve('/', config.workingDirectory),
    environment: environmentOf(config.environment, unmapped),
    mountPoints: mountPointsOf(config.volumes),
    ports: portsOf(config.exposedPorts, unmapped),
    userLabels: config.labels,
  };
}

/** The names that appc's validation lets pass. */
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** The last of several values of a variable counts, at the place of the first. */
function environmentOf(
  variables: readonly string[],
  unmapped: (what: string) => void,
): { name: string; value: string }[] {
  const values = new Map<string, string>();
  for (const variable of variables) {
    const equals = variable.indexOf('=');
    const name = variable.slice(0, Math.max(equals, 0));
    if (VARIABLE.test(name)) values.set(name, variable.slice(equals + 1));
    else unmapped(`Env ${equals < 0 ? variable : name}`);
  }
  return [...values].map(([name, value]) => ({ name, value }));
}

/** `volume-var-lib-data` for /var/lib/data, numbered where two paths would get the same name. */
function mountPointsOf(volumes: readonly string[]): { name: string; path: string }[] {
  const taken = new Set<string>();
  const paths = new Set(volumes.map((volume) => posix.resolve('/', volume)));
  return [...paths].map((path) => {
    const base = acName(`volume${path}`);
    let name = base;
    for (let number = 1; taken.has(name); number++) name = `${base}-${number}`;
    taken.add(name);
    return { name, path };
  });
}

/** `80`, `80/tcp`, `8000-8010/udp` (docker's nat.ParsePortSpec). */
function portsOf(exposed: readonly string[], unmapped: (what: string) => void): AppPort[] {
  const ports = new Map<string, AppPort>();
  for (const text of exposed) {
    const match = /^([0-9]{1,5})(?:-([0-9]{1,5}))?(?:\/([A-Za-z]+))?$/.exec(text);
    const port = Number(match?.[1]);
    const last = Number(match?.[2] ?? port);
    if (match === null || port < 1 || last < port || last > 65_535) {
      unmapped(`ExposedPorts ${text}`);
      continue;
    }
    const protocol = (match[3] ?? 'tcp').toLowerCase();
    const name = `${port === last ? port : `${port}-${last}`}-${protocol}`;
    ports.set(name, { name, protocol, port, count: last - port + 1, socketActivated: false });
  }
  return [...ports.values()];
}

/** A text as an AC Name (appc/spec, types.md): lower-case letters and digits, joined by single hyphens. */
function acName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
