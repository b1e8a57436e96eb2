import { isDeepStrictEqual } from 'node:util';
import { commands, EventEmitter, window, workspace } from 'vscode';
import type { TreeDataProvider, TreeItem, TreeView } from 'vscode';
import { ImagesViewRequest } from '../../server/src/protocol.ts';
import type { ImagesView, ImagesViewParams } from '../../server/src/protocol.ts';
import { childrenOf, itemOf, roots } from './images-items.ts';
import type { ImagesNode } from './images-items.ts';

/** As package.json contributes it. */
export const IMAGES_VIEW = 'larder.images';
/** Context: what is there is known, so that a tree without rows means that there is nothing. */
export const IMAGES_KNOWN = 'larder.imagesKnown';

export interface ImagesClient {
  sendRequest<R>(method: string, params: unknown): Promise<R>;
}

/** The tree "Images". The server is asked for nothing before somebody looks at it, and for nothing anew while nobody does. */
export class ImagesTree implements TreeDataProvider<ImagesNode> {
  readonly onDidChangeTreeData;
  readonly #changes = new EventEmitter<undefined>();
  readonly #client: ImagesClient;
  readonly #view: TreeView<ImagesNode>;
  readonly #subscriptions: readonly { dispose(): unknown }[];
  /** It changed while nobody looked. */
  #isOld = false;
  /** What the rows are made from; undefined where it is to be asked for. */
  #answer: Promise<ImagesView> | undefined;
  /** What they were made from. */
  #drawn: ImagesView | undefined;
  #reread = false;
  /** Nobody answered, the last time. */
  #isUnanswered = false;

  constructor(client: ImagesClient) {
    this.#client = client;
    this.onDidChangeTreeData = this.#changes.event;
    this.#view = window.createTreeView(IMAGES_VIEW, { treeDataProvider: this, showCollapseAll: false });
    this.#subscriptions = [
      this.#view,
      this.#changes,
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (visible && this.#isOld) this.changed();
      }),
      workspace.onDidChangeWorkspaceFolders(() => this.refresh()),
    ];
  }

  /** The server says, or it is plain, that the view reads otherwise now. */
  changed(): void {
    this.#isOld = !this.#view.visible;
    if (this.#view.visible) void this.#renew();
    else this.#answer = undefined;
  }

  /** There is a server again to answer what none has answered. */
  serverStarted(): void {
    if (this.#isUnanswered) this.changed();
  }

  /** Looks through the workspace's files anew. */
  refresh(): void {
    this.#reread = true;
    this.changed();
  }

  /**
   * The view as it is now, for who does not look at it as well.
   * @throws when the server cannot be asked
   */
  ask(): Promise<ImagesView> {
    const params: ImagesViewParams = { reread: this.#reread };
    this.#reread = false;
    return this.#client.sendRequest(ImagesViewRequest, params);
  }

  getTreeItem(node: ImagesNode): TreeItem {
    return itemOf(node);
  }

  async getChildren(node?: ImagesNode): Promise<ImagesNode[]> {
    if (node !== undefined) return childrenOf(node);
    this.#drawn = undefined;
    const answer = (this.#answer ??= this.ask());
    try {
      const view = await answer;
      this.#drawn = view;
      this.#isUnanswered = false;
      this.#say(view.failure);
      return roots(view);
    } catch {
      // The language client has told why, where it tells that a server does not start; here it is what a person has to know.
      this.#isUnanswered = true;
      if (this.#answer === answer) this.#answer = undefined;
      this.#say('The language server is not running.');
      return [];
    }
  }

  /**
   * Has the rows drawn anew once it is known how they read. From then on and until they are drawn, VS Code forgets what they stand for,
   * and a press of their buttons is about nothing: so it is soon over, and does not come about where nothing has changed.
   */
  async #renew(): Promise<void> {
    const answer = this.ask();
    this.#answer = answer;
    // Why nobody answers is told in the place of the rows.
    const view = await answer.catch(() => null);
    if (this.#answer === answer && !isDeepStrictEqual(view, this.#drawn)) this.#changes.fire(undefined);
  }

  /** @param failure why it is not known what is there; null when it is */
  #say(failure: string | null): void {
    this.#view.message = failure ?? '';
    void commands.executeCommand('setContext', IMAGES_KNOWN, failure === null);
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
  }
}
