/**
 * A stand-in for VS Code's API, as far as the client uses it; to be imported before the client's modules. What the client
 * shows is kept in `seen`; what the user does is played by the tests.
 */
import { registerHooks } from 'node:module';
import { setImmediate } from 'node:timers/promises';

export interface SeenProgress {
  readonly title: string | undefined;
  readonly cancellable: boolean | undefined;
  readonly location: unknown;
  readonly reports: { message?: string; increment?: number }[];
  open: boolean;
  /** Presses its button. */
  cancel(): void;
}

export interface SeenView {
  readonly id: string;
  message: string | undefined;
  visible: boolean;
  /** Shows or hides it. */
  turn(visible: boolean): void;
}

export const seen = {
  progress: [] as SeenProgress[],
  information: [] as string[],
  errors: [] as string[],
  /** What was asked, by the function that asked: dialogs, lists, boxes. */
  questions: [] as { readonly kind: string; readonly about: unknown; readonly options: unknown }[],
  /** What the user answers to the questions and buttons to come; nothing, which is `undefined`, when they are used up. */
  answers: [] as unknown[],
  isTrusted: true,
  /** Commands of VS Code that were run. */
  executed: [] as unknown[][],
  registered: new Map<string, (...args: unknown[]) => unknown>(),
  settings: new Map<string, unknown>(),
  activeTextEditor: undefined as unknown,
  /** Text documents that were opened, and need not be seen. */
  opened: [] as string[],
  /** Text documents that were shown, and how. */
  shown: [] as { readonly uri: string; readonly options: unknown }[],
  clipboard: '',
  /** The view that was made last. */
  view: undefined as SeenView | undefined,
  /** Those that are there, by their identifier. */
  statusItems: new Map<string, Record<string, unknown>>(),
};

function asked(kind: string, about: unknown, options: unknown): Promise<unknown> {
  seen.questions.push({ kind, about, options });
  return Promise.resolve(seen.answers.shift());
}

/** A message without buttons takes no answer. */
function pressed(buttons: readonly string[]): Promise<unknown> {
  return Promise.resolve(buttons.length === 0 ? undefined : seen.answers.shift());
}

/** A box that is answered as soon as it is shown; an answer that is not taken is one more thing that was asked. */
class StubBox {
  value = '';
  validationMessage: string | undefined;
  #type = (): void => undefined;
  #accept = (): void => undefined;
  #hide = (): void => undefined;
  #isOpen = true;

  onDidChangeValue(listener: () => void): void {
    this.#type = listener;
  }

  onDidAccept(listener: () => void): void {
    this.#accept = listener;
  }

  onDidHide(listener: () => void): void {
    this.#hide = listener;
  }

  show(): void {
    void this.#ask();
  }

  dispose(): void {
    this.#isOpen = false;
  }

  async #ask(): Promise<void> {
    const answer = await asked('box', undefined, Object.assign({}, this));
    if (typeof answer !== 'string') {
      this.#hide();
      return;
    }
    this.value = answer;
    if (this.value !== '') this.#type();
    this.#accept();
    await setImmediate();
    if (this.#isOpen) await this.#ask();
  }
}

class StubEvents<T> {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event = (listener: (value: T) => void) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

/** A value of the API that is nothing but what it was made of. */
class StubValue {
  readonly values: readonly unknown[];

  constructor(...values: unknown[]) {
    this.values = values;
  }
}

class StubTreeItem {
  readonly label: string;
  readonly collapsibleState: number;

  constructor(label: string, collapsibleState: number) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}

const folders = new StubEvents<unknown>();

function createTreeView(id: string) {
  const visibility = new StubEvents<{ visible: boolean }>();
  const view = {
    id,
    message: undefined,
    visible: false,
    onDidChangeVisibility: visibility.event,
    turn(visible: boolean) {
      view.visible = visible;
      visibility.fire({ visible });
    },
    dispose: () => (seen.view = undefined),
  };
  seen.view = view;
  return view;
}

const api = {
  EventEmitter: StubEvents,
  MarkdownString: StubValue,
  Range: StubValue,
  ThemeColor: StubValue,
  ThemeIcon: StubValue,
  TreeItem: StubTreeItem,
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
  Uri: { parse: (text: string) => text },
  env: { clipboard: { writeText: (text: string) => Promise.resolve((seen.clipboard = text)) } },
  ProgressLocation: { Window: 10, Notification: 15 },
  LanguageStatusSeverity: { Information: 0, Warning: 1, Error: 2 },
  commands: {
    registerCommand(id: string, action: (...args: unknown[]) => unknown) {
      seen.registered.set(id, action);
      return { dispose: () => seen.registered.delete(id) };
    },
    executeCommand: (...words: unknown[]) => Promise.resolve(seen.executed.push(words)),
  },
  languages: {
    createLanguageStatusItem(id: string) {
      const item = { dispose: () => seen.statusItems.delete(id) };
      seen.statusItems.set(id, item);
      return item;
    },
  },
  workspace: {
    asRelativePath: (uri: string) => uri.replace('file:///w/', ''),
    onDidChangeWorkspaceFolders: folders.event,
    openTextDocument: (uri: string) => Promise.resolve(seen.opened.push(uri)),
    get isTrusted() {
      return seen.isTrusted;
    },
    getConfiguration: (section: string) => ({ get: (key: string) => seen.settings.get(`${section}.${key}`) }),
  },
  window: {
    createTreeView,
    showTextDocument: (uri: string, options: unknown) => Promise.resolve(seen.shown.push({ uri, options })),
    get activeTextEditor() {
      return seen.activeTextEditor;
    },
    showInformationMessage(message: string, ...buttons: string[]) {
      seen.information.push(message);
      return pressed(buttons);
    },
    showErrorMessage(message: string, ...buttons: string[]) {
      seen.errors.push(message);
      return pressed(buttons);
    },
    showWarningMessage: (about: string, options: unknown) => asked('dialog', about, options),
    showInputBox: (options: unknown) => asked('box', undefined, options),
    createInputBox: () => new StubBox(),
    showQuickPick: (items: readonly { label: string }[], options: unknown) =>
      asked('list', items, options).then((label) => items.find((item) => item.label === label)),
    showOpenDialog: (options: unknown) => asked('file', undefined, options),
    withProgress(
      { title, cancellable, location }: Pick<SeenProgress, 'title' | 'cancellable' | 'location'>,
      task: (progress: unknown, token: unknown) => Promise<unknown>,
    ) {
      const cancelling = new EventTarget();
      const cancel = (): void => void cancelling.dispatchEvent(new Event('cancel'));
      const shown: SeenProgress = { title, cancellable, location, reports: [], open: true, cancel };
      seen.progress.push(shown);
      return task(
        { report: (value: SeenProgress['reports'][number]) => shown.reports.push(value) },
        {
          onCancellationRequested: (listener: () => void) => cancelling.addEventListener('cancel', listener),
        },
      ).finally(() => (shown.open = false));
    },
  },
};

const URL_OF_STUB = 'vscode-stub:api';
Object.assign(globalThis, { vscodeStub: api });
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url: URL_OF_STUB, shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === URL_OF_STUB
      ? {
          format: 'module',
          source: `export const { ${Object.keys(api).join(', ')} } = globalThis.vscodeStub;`,
          shortCircuit: true,
        }
      : next(url, context),
});
