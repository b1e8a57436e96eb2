import type { Command as LspCommand } from 'vscode-languageserver';
import type { ImageStatus } from '../domain/image-status.ts';
import type { ManifestImage, Pod } from '../manifest/manifest.ts';
import { Command } from '../protocol.ts';
import type { PrepareArguments } from '../protocol.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The command that prepares a pod; none where it is known to fail: for an image that is none (yet), or a store that cannot be
 * read.
 */
export function prepareCommands(
  title: string,
  pod: Pod,
  { document, manifest }: Snapshot,
  statusOf: (source: ManifestImage) => ImageStatus,
): LspCommand[] {
  if (!pod.images.every((source) => isPossible(statusOf(source)))) return [];
  const index = manifest.documents.flatMap(({ pods }) => pods).indexOf(pod);
  const prepare: PrepareArguments = { uri: document.uri, pod: index };
  return [{ title, command: Command.prepare, arguments: [prepare] }];
}

function isPossible(status: ImageStatus): boolean {
  return status.kind === 'image' && status.stored.kind !== 'unknown';
}
