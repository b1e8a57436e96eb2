import type { DockerExec } from '../docker-image.ts';

/**
 * What a container executes (Kubernetes documentation, "Define a Command and Arguments for a Container"): `command` stands for
 * the image's ENTRYPOINT and lets its CMD be forgotten, `args` stands for its CMD. Empty lists count as absent.
 */
export function execOf(
  command: readonly string[],
  args: readonly string[],
  image: DockerExec,
): readonly string[] {
  if (command.length > 0) return [...command, ...args];
  return [...image.entrypoint, ...(args.length > 0 ? args : image.command)];
}
