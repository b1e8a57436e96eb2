import { LarderError } from '../domain/errors.ts';
import { quote } from '../domain/quote.ts';
import { findPins } from '../features/find-pins.ts';
import type { FeatureContext } from '../features/snapshot.ts';
import { workspaceEdit } from '../features/workspace-edit.ts';
import type { DocumentEdits } from '../features/workspace-edit.ts';
import type { PinArguments, PinResult } from '../protocol.ts';
import { MAX_TEXT, record, usage } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import type { ManifestFile } from './manifests.ts';

/** @throws LarderError E_USAGE */
export function parsePinArguments(value: unknown): PinArguments {
  const { scope, uri, what } = record(value);
  if (scope !== 'file' && scope !== 'workspace') throw usage('`scope` must be file or workspace');
  if (what !== 'pin' && what !== 'unpin' && what !== 'update')
    throw usage('`what` must be pin, unpin or update');
  if (uri === undefined && scope === 'workspace') return { scope, what };
  if (typeof uri !== 'string' || uri.length > MAX_TEXT) throw usage('`uri` must be that of a document');
  return { scope, what, uri };
}

/**
 * `larder.pin`: has the client pin the images of a file, or those of the workspace after a yes, to the digests that the store has for
 * them, undo it, or follow tags that have moved. Nothing is asked of a registry.
 * @throws LarderError E_USAGE when the file is not open, or the client cannot edit; those of the store when it cannot be read
 */
export async function pinImages(argument: PinArguments, context: CommandContext): Promise<PinResult> {
  const { what, scope } = argument;
  const { manifests, reporter, show, ask } = context;
  const known = manifests.context();
  if (known.client.appliesEdits !== true) throw usage('this editor makes no edits for a language server');
  if (known.store.kind === 'unknown' && what !== 'unpin')
    throw new LarderError(known.store.code, known.store.why);

  reporter.begin(TITLES[what], undefined, '', true);
  let found: Found;
  try {
    found = await findAll(argument, known, context);
  } finally {
    reporter.done();
  }
  const { documents, images, unknown } = found;
  const result = { images, files: documents.length, unknown };
  if (images === 0) {
    show('info', unknown > 0 ? unknownSentence(unknown) : NOTHING[what]);
    return { ...result, applied: false };
  }
  // A client that shows edits before it makes them has all of them left out until each is checked: whoever wants all is spared that.
  const isAsked = scope === 'workspace' && known.client.changeAnnotations === true;
  const way = isAsked ? await ask(question(what, result), [VERBS[what], REVIEW]) : VERBS[what];
  if (way === undefined) return { ...result, applied: false };
  const label = way === REVIEW ? LABELS[what] : undefined;
  const applied = await manifests.apply(workspaceEdit(documents, label, known.client), {
    label: LABELS[what],
    isRefactoring: scope === 'workspace',
  });
  if (applied && unknown > 0) show('info', unknownSentence(unknown));
  return { ...result, applied };
}

interface Found {
  readonly documents: readonly DocumentEdits[];
  readonly images: number;
  readonly unknown: number;
}

async function findAll(
  { scope, uri = '', what }: PinArguments,
  known: FeatureContext,
  { manifests, reporter, signal }: CommandContext,
): Promise<Found> {
  const documents: DocumentEdits[] = [];
  let [images, unknown, looked] = [0, 0, 0];
  for await (const file of scope === 'workspace' ? manifests.workspace(signal) : [openFile(manifests, uri)]) {
    const { snapshot, version } = file;
    const found = findPins(snapshot, what, known);
    const edits = found.pins.flatMap((pin) => pin.edits);
    if (edits.length > 0) documents.push({ uri: snapshot.document.uri, version, edits });
    images += found.pins.length;
    unknown += found.unknown;
    looked += 1;
    reporter.report(looked === 1 ? '1 manifest' : `${looked} manifests`);
  }
  return { documents, images, unknown };
}

function openFile(manifests: CommandContext['manifests'], uri: string): ManifestFile {
  const file = manifests.open(uri);
  if (file === undefined) throw usage(`the document ${quote(uri)} is not open`);
  return file;
}

type Words = Readonly<Record<PinArguments['what'], string>>;

const TITLES: Words = { pin: 'Pinning images', unpin: 'Unpinning images', update: 'Updating pins' };

const LABELS: Words = {
  pin: 'Pin images to the digests in the store',
  unpin: 'Unpin images',
  update: 'Update pins of tags that have moved',
};

const VERBS: Words = { pin: 'Pin', unpin: 'Unpin', update: 'Update' };
const REVIEW = 'Choose Which…';

function question(
  what: PinArguments['what'],
  { images, files }: Pick<PinResult, 'images' | 'files'>,
): string {
  const which = images === 1 ? '1 image' : `${images} images`;
  const where = files === 1 ? '1 file' : `${files} files`;
  switch (what) {
    case 'pin':
      return `Pin ${which} in ${where} to the digests in the store?`;
    case 'unpin':
      return `Unpin ${which} in ${where}?`;
    case 'update':
      return `Update the pins of ${which} in ${where}?`;
  }
}

const NOTHING: Words = {
  pin: 'There is no image to pin: all are pinned, or completed later by a template.',
  unpin: 'There is no pin that could be undone: one behind a tag, or beside the name of an image.',
  update: 'No pin is to be updated, as far as the store knows; check first whether tags have moved.',
};

function unknownSentence(count: number): string {
  const images = count === 1 ? '1 image is' : `${count} images are`;
  return `${images} not pinned, because the store has no digest of a registry for ${count === 1 ? 'it' : 'them'}; fetch first.`;
}
