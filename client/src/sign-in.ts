import { commands, window, workspace } from 'vscode';
import type { ExecuteCommandMiddleware } from 'vscode-languageclient/node';
import { Command } from '../../server/src/protocol.ts';
import type {
  Failure,
  FetchArguments,
  FetchResult,
  RefreshArguments,
  RefreshResult,
  SignInArguments,
  SignInResult,
} from '../../server/src/protocol.ts';
import { askForPassword, askForRegistry, askForUser, chooseRegistry } from './ask-credentials.ts';
import { codeOf } from './error-code.ts';
import type { KeptCredentials } from './kept-credentials.ts';

const SIGN_IN = 'Sign In…';

/** Has the server try credentials; rejects with its sentence. */
type Try = (credentials: SignInArguments) => Promise<SignInResult>;
type Arguments = FetchArguments | RefreshArguments;

/** From a registry that lets nobody in to credentials that it takes, and that this editor keeps. */
export class RegistrySignIn {
  readonly #try: Try;
  readonly #kept: KeptCredentials;

  constructor(tries: Try, kept: KeptCredentials) {
    this.#try = tries;
    this.#kept = kept;
  }

  /** As `middleware.executeCommand`: a command that failed only for want of credentials is not the end. */
  readonly executeCommand: NonNullable<ExecuteCommandMiddleware['executeCommand']> = async (
    command,
    args: unknown[],
    next,
  ) => {
    const result: unknown = await next(command, args);
    if (command === Command.fetch || command === Command.refresh) {
      void this.#offer(command, args[0] as Arguments, result as FetchResult | RefreshResult | undefined);
    }
    return result;
  };

  /** Asks for a registry and credentials for it, and keeps them when it takes them. */
  async signIn(): Promise<void> {
    const registry = await askForRegistry();
    if (registry !== undefined) await this.#signIn(registry);
  }

  /** Asks which credentials to forget. */
  async forget(): Promise<void> {
    const registries = await this.#kept.all();
    if (Object.keys(registries).length === 0) {
      void window.showInformationMessage('This editor keeps no credentials for registries.');
      return;
    }
    const registry = await chooseRegistry(registries);
    if (registry === undefined) return;
    await this.#kept.forget(registry);
    void window.showInformationMessage(`The credentials for ${registry} are forgotten.`);
  }

  /** Once a registry, however many of its images were asked for. */
  async #offer(
    command: string,
    asked: Arguments,
    result: FetchResult | RefreshResult | undefined,
  ): Promise<void> {
    const denied = deniedOf(result);
    for (const registry of new Set(denied.map(({ error }) => error.subject ?? ''))) {
      const [first, ...more] = denied.filter(({ error }) => error.subject === registry);
      if (first === undefined) continue;
      const others = more.length === 0 ? '' : ` (${more.length} more like this)`;
      // What is asked for in a workspace that is not trusted may only look like a registry one knows.
      const chosen = workspace.isTrusted
        ? await window.showErrorMessage(`${briefly(first)}${others}`, SIGN_IN)
        : await window.showErrorMessage(`${first.error.message}${others}`);
      if (chosen === undefined || !(await this.#signIn(registry))) continue;
      const images = [first, ...more].flatMap(({ index }) => asked.images[index] ?? []);
      await commands.executeCommand(command, { ...asked, images });
    }
  }

  /** @returns whether the registry took what was typed in the end */
  async #signIn(registry: string): Promise<boolean> {
    const username = await askForUser(registry);
    if (username === undefined) return false;
    for (let refusal: string | undefined; ;) {
      const password = await askForPassword(registry, username, refusal);
      if (password === undefined) return false;
      try {
        const { registry: host } = await this.#try({ registry, username, password });
        await this.#kept.keep(host, { username, password });
        void window.showInformationMessage(`Signed in to ${registry} as ${username}.`);
        return true;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (codeOf(error) !== 'E_AUTH_REFUSED') {
          if (codeOf(error) !== 'E_CANCELLED') void window.showErrorMessage(message);
          return false;
        }
        refusal = `${registry} refuses the password of ${username}.`;
      }
    }
  }
}

interface Denied {
  readonly image: string;
  /** Which image it is of those asked for. */
  readonly index: number;
  readonly error: Failure;
}

function deniedOf(result: FetchResult | RefreshResult | undefined): Denied[] {
  return (result?.images ?? []).flatMap((answer, index) =>
    'error' in answer && answer.error.subject !== undefined && isDenial(answer.error.code)
      ? [{ image: answer.image, index, error: answer.error }]
      : [],
  );
}

function isDenial(code: string): boolean {
  return code === 'E_AUTH_REQUIRED' || code === 'E_AUTH_REFUSED';
}

/** Beside a button that does something about it, without what else one could do; which credentials were refused is worth the words. */
function briefly({ image, error: { code, message, subject } }: Denied): string {
  if (code !== 'E_AUTH_REQUIRED' || subject === undefined) return message;
  return `${image} needs credentials for ${subject}, or does not exist.`;
}
