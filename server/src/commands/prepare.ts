import type { Position } from 'vscode-languageserver';
import { podRequest } from '../domain/pod/pod-request.ts';
import { quote } from '../domain/quote.ts';
import { cursorAt, rangeOf } from '../features/snapshot.ts';
import type { Snapshot } from '../features/snapshot.ts';
import { touches } from '../domain/images-of.ts';
import { formatOf } from '../manifest/format.ts';
import { readPodSpecs } from '../manifest/pod-spec.ts';
import type { PodSpec } from '../manifest/pod-spec.ts';
import { POD_SCHEME } from '../protocol.ts';
import type { PrepareArguments, PrepareResult } from '../protocol.ts';
import { MAX_TEXT, record, usage } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { CommandProgress } from './command-progress.ts';

/** @throws LarderError E_USAGE */
export function parsePrepareArguments(value: unknown): PrepareArguments {
  const { uri, pod, position } = record(value);
  if (typeof uri !== 'string' || uri.length > MAX_TEXT) throw usage('`uri` must be that of a document');
  if (pod !== undefined) {
    if (!Number.isInteger(pod) || Number(pod) < 0) throw usage('`pod` must be the number of a pod, from 0');
    return { uri, pod: Number(pod) };
  }
  return position === undefined ? { uri } : { uri, position: positionOf(position) };
}

function positionOf(value: unknown): Position {
  const { line, character } = record(value);
  if (!Number.isInteger(line) || !Number.isInteger(character)) throw usage('`position` must be one of LSP');
  return { line: Number(line), character: Number(character) };
}

/**
 * `larder.prepare`: makes a pod of an open manifest ready to run, and opens what it has become: the reified PodManifest.
 * @throws LarderError E_USAGE when there is no such pod, E_POD, and what stands in the way of its images
 */
export async function preparePod(
  argument: PrepareArguments,
  context: CommandContext,
): Promise<PrepareResult> {
  const { jobs, config, platform, shortNames, manifests, prepared, reporter, signal, log, show } = context;
  const file = manifests.open(argument.uri);
  if (file === undefined) throw usage(`the document ${quote(argument.uri)} is not open`);
  const { snapshot } = file;
  const text = snapshot.document.getText();
  const spec = specOf(snapshot, argument);
  const title = `${spec.kind}${spec.name === undefined ? '' : ` ${spec.name}`}`;
  const flags = { mode: 'default', noCache: false } as const;
  const { source, images } = podRequest(spec, flags, { platform, aliases: shortNames });

  const progress = new CommandProgress(reporter, [title]);
  reporter.begin(`Preparing ${title}`, 0, '', true);
  try {
    const watch = { signal, onProgress: progress.of(0) };
    const request = { source, images, platform, from: argument.uri };
    const { uuid, path, notes, unmapped } = await jobs.prepare(config, request, watch);
    for (const note of notes) log.info(note);
    prepared.remember(argument.uri, text, unmapped);
    const uri = `${POD_SCHEME}:/${uuid}/${fileName(spec)}`;
    if (!(await prepared.open(uri))) show('info', `${title} is prepared as ${uuid}: ${path}`);
    const places = unmapped.map(({ path: at, why, span }) => ({
      path: at,
      why,
      range: rangeOf(snapshot, span),
    }));
    return { uuid, path, uri, notes, unmapped: places };
  } finally {
    progress.ended(0);
    reporter.done();
  }
}

/** The pods of a document are in the same order whoever reads them. */
function specOf(snapshot: Snapshot, { pod, position }: PrepareArguments): PodSpec {
  const { document } = snapshot;
  const specs = readPodSpecs(document.getText(), formatOf(document));
  const cursor = position && cursorAt(snapshot, position);
  const [only, ...others] = specs;
  const found =
    pod === undefined
      ? cursor === undefined
        ? others.length === 0
          ? only
          : undefined
        : specs.find(({ span }) => touches(span, cursor))
      : specs[pod];
  if (found !== undefined) return found;
  throw usage(specs.length === 0 ? 'there is no pod in this document' : 'there is no pod at this place');
}

function fileName({ kind, name }: PodSpec): string {
  const plain = (name ?? kind).replaceAll(/[^\w.-]+/g, '-').slice(0, 80);
  return `${plain}.pod-manifest.jsonc`;
}
