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
    if (this.#view.visible) this.#changes.fire(undefined);
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
    try {
      const view = await this.ask();
      this.#isUnanswered = false;
      this.#say(view.failure);
      return roots(view);
    } catch {
      // The language client has told why, where it tells that a server does not start; here it is what a person has to know.
      this.#isUnanswered = true;
      this.#say('The language server is not running.');
      return [];
    }
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
