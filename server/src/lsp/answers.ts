import type {
  CodeAction,
  CodeActionParams,
  CodeLens,
  CodeLensParams,
  CompletionItem,
  CompletionParams,
  Diagnostic,
  Hover,
  HoverParams,
  InlayHint,
  InlayHintParams,
} from 'vscode-languageserver';
import { codeActions } from '../features/code-action.ts';
import { codeLenses } from '../features/code-lens.ts';
import { completions } from '../features/completion.ts';
import { diagnostics } from '../features/diagnostics.ts';
import { hover } from '../features/hover.ts';
import { images } from '../features/images.ts';
import { hintsChangeAt, inlayHints } from '../features/inlay-hint.ts';
import type { FeatureContext, Snapshot } from '../features/snapshot.ts';
import { earliest } from '../features/status-words.ts';
import type { FetchItem, ImagesParams } from '../protocol.ts';
import type { Snapshots } from './snapshots.ts';

/**
 * Everything a client can ask about a document, answered from memory: nothing here waits for a disk, a lock or a network.
 * About a document that is not open there is nothing to say.
 */
export class Answers {
  readonly #snapshots: Snapshots;
  readonly #context: () => FeatureContext;

  /** @param context what features know beside the document, as it is now */
  constructor(snapshots: Snapshots, context: () => FeatureContext) {
    this.#snapshots = snapshots;
    this.#context = context;
  }

  diagnostics(uri: string): Diagnostic[] {
    return this.#about(uri, (snapshot, context) => diagnostics(snapshot, context)) ?? [];
  }

  hover({ textDocument, position }: HoverParams): Hover | null {
    return this.#about(textDocument.uri, (snapshot, context) => hover(snapshot, position, context)) ?? null;
  }

  /** Null where there is nothing to complete, so that the client may ask others. */
  completions({ textDocument, position }: CompletionParams): CompletionItem[] | null {
    return (
      this.#about(textDocument.uri, (snapshot, context) => completions(snapshot, position, context)) ?? null
    );
  }

  inlayHints({ textDocument, range }: InlayHintParams): InlayHint[] {
    return this.#about(textDocument.uri, (snapshot, context) => inlayHints(snapshot, range, context)) ?? [];
  }

  codeLenses({ textDocument }: CodeLensParams): CodeLens[] {
    return this.#about(textDocument.uri, (snapshot, context) => codeLenses(snapshot, context)) ?? [];
  }

  codeActions({ textDocument, range, context: asked }: CodeActionParams): CodeAction[] {
    return (
      this.#about(textDocument.uri, (snapshot, context) => codeActions(snapshot, range, asked, context)) ?? []
    );
  }

  images(params: ImagesParams): FetchItem[] {
    return this.#about(params.uri, (snapshot, context) => images(snapshot, params, context)) ?? [];
  }

  /** When something about these documents reads otherwise by the passing of time alone; null when never. */
  changeAt(uris: readonly string[]): number | null {
    return uris
      .map((uri) => this.#about(uri, (snapshot, context) => hintsChangeAt(snapshot, context)) ?? null)
      .reduce(earliest, null);
  }

  #about<R>(uri: string, answer: (snapshot: Snapshot, context: FeatureContext) => R): R | undefined {
    const snapshot = this.#snapshots.of(uri);
    return snapshot && answer(snapshot, this.#context());
  }
}
